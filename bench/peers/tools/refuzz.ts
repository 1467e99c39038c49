import { join } from 'node:path';
import { type Campaign, campaignOf } from '../../../fuzz/campaign/campaign.ts';
import { knownCases } from '../../../fuzz/case/corpus.ts';
import { harnessOf } from '../../../fuzz/run/harness.ts';
import { refcountV55 } from '../../../targets/counters/refcount-v5.5.ts';
import { packageRoot } from '../../../targets/subject/package-root.ts';
import type { Counter } from '../../../targets/subject/subject.ts';
import { loadBuiltInTargets } from '../../../targets/target/built-in-targets.ts';
import type { Target } from '../../../targets/target/target.ts';
import { counterOf, findMutant } from '../mutants.ts';
import { begin, count, found } from '../report.ts';

/** refuzz in one worker. Usage: node refuzz.js twin|twin-alone|atomic SEED, and PEER_MUTANT in the environment. */
type Kind = 'twin' | 'twin-alone' | 'atomic';

/**
 * What a maintainer would ask about a changed counter. `twin`: does it do anything that the sound source beside it
 * does not? `atomic`: does it differ from atomic_t in a way that no case in the corpus shows? `twin-alone` is told that
 * one thread is enough; the others look for both kinds of defects at once.
 */
export function campaignFor(kind: Kind, subject: Counter, seed: number): Campaign {
  const target = loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!;
  if (kind === 'atomic') {
    const known = new Set(knownCases(join(packageRoot(), 'corpus'), target.name).keys());
    return campaignOf(harnessOf({ ...target, subject }), { seed, known });
  }
  const twins: Target = { ...target, reference: refcountV55, subject, oracles: ['lockstep', 'outcomes'] };
  const limits = kind === 'twin-alone' ? { maxThreads: 1 } : {};
  return campaignOf(harnessOf(twins), { seed, known: new Set(), limits });
}

if (process.env.PEER_MUTANT !== undefined) {
  const [kind, seed] = process.argv.slice(2);
  const isEmpty = process.env.PEER_MUTANT === 'empty';
  const subject = counterOf(findMutant(isEmpty ? 'sound' : process.env.PEER_MUTANT));
  const campaign = campaignFor(kind as Kind, subject, Number(seed));
  begin();
  if (isEmpty) found('the empty target ends before its first input');
  else search(campaign);
}

/** Up to the first finding, which comes minimised. */
function search({ batch, counts }: Campaign): void {
  const counted = process.env.PEER_THREADS === 'together' ? 'programs' : 'pairs';
  for (;;) {
    begin();
    const before = counts[counted];
    const next = batch().next();
    if (!next.done) {
      found(next.value.signature);
      return;
    }
    count(counts[counted] - before);
  }
}

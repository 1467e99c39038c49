import { join } from 'node:path';
import { knownCases } from '../../../fuzz/case/corpus.ts';
import {
  type Campaign,
  type Counter,
  campaignOf,
  findSubject,
  harnessOf,
  loadBuiltInTargets,
  type RawFinding,
  signatureOf,
  type Target,
} from '../../../index.ts';
import { packageRoot } from '../../../targets/subject/package-root.ts';
import { counterOf, findMutant } from '../mutants.ts';
import { begin, count, found, named } from '../report.ts';

/** refuzz as a library, in one worker. Usage: node refuzz.js twin|twin-alone|atomic SEED, and PEER_MUTANT in the environment. */
type Kind = 'twin' | 'twin-alone' | 'atomic';

/**
 * What a maintainer would ask about a changed counter. `twin`: does it do anything that the sound source beside it
 * does not? `atomic`: does it differ from atomic_t in a way that no case in the corpus shows? `twin-alone` is told that
 * one thread is enough; the others look for both kinds of defects at once.
 */
export function campaignFor(
  kind: Kind,
  subject: Counter,
  seed: number,
  onSeen: (rawFinding: RawFinding) => void = () => {},
): Campaign {
  const target = loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!;
  if (kind === 'atomic') {
    const known = new Set(knownCases(join(packageRoot(), 'corpus'), target.name).keys());
    return campaignOf(harnessOf({ ...target, subject }), { seed, known, onSeen });
  }
  const twins: Target = {
    ...target,
    reference: findSubject('refcount/v5.5')!,
    subject,
    oracles: ['lockstep', 'outcomes'],
  };
  const limits = kind === 'twin-alone' ? { maxThreads: 1 } : {};
  return campaignOf(harnessOf(twins), { seed, known: new Set(), limits, onSeen });
}

if (process.env.PEER_MUTANT !== undefined) {
  const [kind, seed] = process.argv.slice(2);
  const isEmpty = process.env.PEER_MUTANT === 'empty';
  const subject = counterOf(findMutant(isEmpty ? 'sound' : process.env.PEER_MUTANT));
  const counted = process.env.PEER_THREADS === 'together' ? 'programs' : 'pairs';
  let told = 0;
  const campaign = campaignFor(kind as Kind, subject, Number(seed), ({ divergence }) => {
    count(campaign.counts[counted] - told);
    found(signatureOf(divergence));
  });
  begin();
  if (isEmpty) found('the empty target ends before its first input');
  else
    for (;;) {
      begin();
      // Up to the first finding, which comes minimised, and with its cause.
      const next = campaign.batch().next();
      if (!next.done) {
        named(`${next.value.signature}, by ${next.value.case.cause}`);
        break;
      }
      count(campaign.counts[counted] - told);
      told = campaign.counts[counted];
    }
}

import { type Campaign, type CampaignOptions, campaignOf } from '../../fuzz/campaign/campaign.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { JUDGEMENTS, KINDS, signatureOf } from '../../oracles/divergence.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import type { Target } from '../../targets/target/target.ts';
import type { Mutant } from './mutants.ts';

const TARGETS = loadBuiltInTargets();

/** A built-in target, with something else in the place of some of its parts. */
export function targetLike(name: string, changes: Partial<Target> = {}): Target {
  const target = TARGETS.find((known) => known.name === name);
  if (!target) throw new Error(`there is no target ${name}`);
  return { ...target, ...changes };
}

/** The built-in target whose ops, values and states a mutant is tested with. */
const TARGET_OF: Readonly<Record<string, string>> = {
  'refcount/v5.5': 'refcount-v5.5',
  'refcount/v4.11': 'refcount-v4.11',
  'inet-peer': 'inet-peer-biased',
  'inet-peer-biased': 'inet-peer-biased',
  'ip-vs-dest': 'ip-vs-dest-now',
  'ip-vs-dest-now': 'ip-vs-dest-now',
};

/** The target that judges a mutant by its oracle alone; or its base, when that is the subject. */
export function targetWith({ base, reference, oracle }: Mutant, subject: Target['subject']): Target {
  return targetLike(TARGET_OF[base.name]!, { reference, subject, oracles: [oracle] });
}

/** Every signature there can be: a campaign that knows them all counts divergences and minimises none. */
function everySignature({ ops }: Target): ReadonlySet<string> {
  const signatures = ops.flatMap((op) =>
    BOUNDARIES.flatMap((boundary) =>
      KINDS.flatMap((kind) => JUDGEMENTS.map((judgement) => signatureOf({ op, boundary, kind, judgement }))),
    ),
  );
  return new Set(signatures);
}

/** Runs a campaign of a fixed length and only counts. */
export function survey(
  target: Target,
  iterations: number,
  options: Omit<CampaignOptions, 'known'>,
): Campaign {
  const campaign = campaignOf(harnessOf(target), { ...options, known: everySignature(target) });
  for (let iteration = 0; iteration < iterations; iteration++) for (const _ of campaign.iterate(iteration));
  return campaign;
}

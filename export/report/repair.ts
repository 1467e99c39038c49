import type { Case } from '../../fuzz/case/case.ts';
import { observe } from '../../fuzz/case/observe.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { befallsObject } from '../../oracles/lifetime.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { accessTable } from '../show/access-table.ts';
import type { Style } from '../show/style.ts';

/** What befell the object in the reference, and does not in the subject. */
export interface Repair {
  /** By its name: `use-after-free`. */
  readonly fact: string;
  /** The run of the reference, an access a row. @returns lines without a line break at the end */
  drawn(style: Style): string[];
}

/**
 * The run of the reference that a finding says is repaired. The case itself holds a run of the subject, in which nothing
 * happens: so the two are exchanged, and what the reference then breaks is looked for.
 *
 * @returns undefined for any other finding, and where the run cannot be found again
 */
export function repairOf(harness: Harness, stored: Case): Repair | undefined {
  const { reference, subject } = harness.target;
  const { divergence, subject: seen } = stored.expect;
  const isRepair = befallsObject(divergence.kind) && divergence.judgement === 'protects';
  if (!isRepair || reference === 'ideal' || subject.kind !== 'scheme' || seen.facts?.length) return undefined;
  const exchanged = harnessOf({ ...harness.target, reference: subject, subject: reference });
  const program = programOf(exchanged, stored.program);
  const decider = deciderOf(exchanged);
  const broken = [...(decider.rawFindings(program)?.values() ?? [])]
    .map((found) => found.divergence)
    .filter(({ kind, judgement }) => befallsObject(kind) && judgement !== 'protects');
  // Boundaries are read in the values of the reference, which is the other one now: the op alone is compared.
  const same = broken.find(({ op }) => op === divergence.op) ?? broken[0];
  const schedule = same && decider.cheapest(program, same)?.schedule;
  if (!schedule) return undefined;
  const run = observe(exchanged, program, schedule);
  const [fact] = run.subject.facts ?? [];
  if (fact === undefined) return undefined;
  return {
    fact,
    drawn: (style) => [
      `What goes wrong in ${sideNames(harness.target).reference}, and no longer in ${sideNames(harness.target).subject}:`,
      '',
      ...accessTable(exchanged, program, run.accesses, -1, style),
      '',
    ],
  };
}

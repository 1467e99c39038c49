import { type Decider, deciderOf } from '../../fuzz/judge/decide.ts';
import type { RawFinding } from '../../fuzz/judge/raw-finding.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';

/** Arguments beside the lack of one that pairs of ops are tried with: all of them would take minutes. */
const ARGUMENTS_OF_PAIRS = [2];

/**
 * What the programs of one op, and of two threads of one op each, show of a target, by signature. A plain loop: no campaign,
 * no minimising.
 */
export function shownBy(harness: Harness): Map<string, RawFinding> {
  const { target, calls, alphabet } = harness;
  const decider = deciderOf(harness);
  const shown = new Map<string, RawFinding>();
  const inPairs = calls.filter((call) => {
    const { arity, a } = alphabet.call(call);
    return arity === 0 || ARGUMENTS_OF_PAIRS.includes(a);
  });
  for (const start of target.initial) {
    for (const call of calls) note(decider, { start, threads: [[call]] }, shown);
    for (const [at, one] of inPairs.entries())
      for (const other of inPairs.slice(at)) note(decider, { start, threads: [[one], [other]] }, shown);
  }
  return shown;
}

function note(decider: Decider, program: Program, shown: Map<string, RawFinding>): void {
  for (const [signature, finding] of decider.rawFindings(program) ?? [])
    if (!shown.has(signature)) shown.set(signature, finding);
}

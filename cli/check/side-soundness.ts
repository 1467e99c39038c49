import { sideLine } from '../../export/report/soundness-report.ts';
import type { KeysBySide } from '../../fuzz/check/coverage-watch.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { type Harness, isCounterTarget } from '../../fuzz/run/harness.ts';
import { leftOut } from '../../targets/target/interfaces.ts';
import { sideNames } from '../../targets/target/sides.ts';

/** What two sources were found to be, each by itself, before they are compared. */
export interface SidesFound {
  /** A line for each source that is not sound. */
  readonly lines: readonly string[];
  /** A line for each source of which something was never met: what the code that differs may do beside that. */
  readonly vacuous: readonly string[];
  /** What programs of the scope came to meanwhile, by side. */
  readonly met: KeysBySide;
  /** What no program came to, with the name of its source: with that left, nothing is equivalent. */
  readonly neverMet: string | undefined;
}

/** What is said of counters and models. */
export const NOT_ASKED: SidesFound = { lines: [], vacuous: [], met: [], neverMet: undefined };

/** Asks of each of two sources whether it is sound by itself. @returns NOT_ASKED for counters */
export function soundnessOfSides(harness: Harness, size: ScopeSize, limit: number): SidesFound {
  if (isCounterTarget(harness)) return NOT_ASKED;
  const { reference, subject } = sideNames(harness.target);
  const answers = [
    { name: reference, answer: soundnessOf(harness, harness.reference!, size, limit) },
    // A source that is compared with itself need not be asked twice.
    ...(isOneSource(harness)
      ? []
      : [{ name: subject, answer: soundnessOf(harness, harness.subject, size, limit) }]),
  ];
  // What the user left out may be what would lead there: then the lines say it, and the comparison stands.
  const isWhole = leftOut(harness.target) === '';
  const missing = answers.filter(({ answer }) => isWhole && answer.neverMet.length > 0);
  const linesOf = (verdict: SoundnessAnswer['verdict']) =>
    answers.flatMap(({ name, answer }) => (answer.verdict === verdict ? (sideLine(name, answer) ?? []) : []));
  return {
    lines: linesOf('unsound'),
    vacuous: linesOf('vacuous'),
    met: answers.map(({ answer }) => answer.tally.met),
    neverMet:
      missing.length === 0
        ? undefined
        : missing.map(({ name, answer }) => `in ${name} ${answer.neverMet.join(', ')}`).join('; '),
  };
}

function isOneSource({ target: { reference, subject } }: Harness): boolean {
  return reference === subject;
}

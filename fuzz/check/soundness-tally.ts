import type { ProgramText } from '../program/program.ts';
import type { Example } from './check-scope.ts';

/** A way in which a protocol goes wrong, and the smallest program that shows it. */
export interface Fault {
  /** The name of a fact, or `warning`. */
  readonly what: string;
  /** Whose access brings it; `callback` for RCU. */
  readonly op: string;
  /** The text of a warning. */
  readonly text: string | undefined;
  /** What runs later and does it in the name of the op that armed that: `work item_free`. */
  readonly within?: string | undefined;
  readonly program: ProgramText;
  /** Ops, threads, where the program stands among those of its size: the first that differs decides. */
  readonly rank: readonly number[];
}

/** What was seen of a part of a scope. Plain data: workers send it. */
export interface SoundnessTally {
  readonly programs: number;
  /** Programs with more states than the limit. */
  readonly undecided: number;
  readonly undecidedExamples: readonly Example[];
  readonly states: number;
  /** By what, op and text. */
  readonly faults: Readonly<Record<string, Fault>>;
  /** What the programs came to, see coverage-met.ts. */
  readonly met: readonly string[];
}

/** The tally of no programs. */
export const NO_PROGRAMS: SoundnessTally = {
  programs: 0,
  undecided: 0,
  undecidedExamples: [],
  states: 0,
  faults: {},
  met: [],
};

/** Examples that a tally keeps. */
const EXAMPLES = 3;

/** The same whatever the parts and their order, like the tallies of a comparison. */
export function bothTallies(one: SoundnessTally, other: SoundnessTally): SoundnessTally {
  const faults: Record<string, Fault> = { ...one.faults };
  for (const [key, fault] of Object.entries(other.faults)) {
    const known = faults[key];
    if (!known || isSmaller(fault.rank, known.rank)) faults[key] = fault;
  }
  const examples = [...one.undecidedExamples, ...other.undecidedExamples];
  return {
    programs: one.programs + other.programs,
    undecided: one.undecided + other.undecided,
    undecidedExamples: examples.sort((a, b) => a.number - b.number).slice(0, EXAMPLES),
    states: one.states + other.states,
    faults,
    met: [...new Set([...one.met, ...other.met])].sort(),
  };
}

/** Lexicographic. */
export function isSmaller(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}

import type { Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Alphabet } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';
import { Remembered } from '../run/remembered.ts';

/** A target's programs asked of one hybrid. */
interface Asked {
  readonly harness: Harness;
  readonly decider: Decider;
}

/** What programs of a target show when some ops run as in the base. Each hybrid is made once. */
export class Substitution {
  readonly #harness: Harness;
  readonly #hybrid: (ops: ReadonlySet<string>) => Subject;
  /** By ops that run as in the base, joined. */
  readonly #hybrids = new Remembered<Asked>();

  /** @param harness whoever may interrupt it interrupts this too @param hybrid makes the subject with these ops of the base */
  constructor(harness: Harness, hybrid: (ops: ReadonlySet<string>) => Subject) {
    this.#harness = harness;
    this.#hybrid = hybrid;
  }

  /**
   * The divergences that are left, by signature.
   *
   * @returns undefined when that cannot be decided
   */
  left(ops: readonly string[], program: Program): ReadonlyMap<string, RawFinding> | undefined {
    const asked = this.#hybrids.of([...ops].sort().join(), () => {
      const target = { ...this.#harness.target, subject: this.#hybrid(new Set(ops)) } as Target;
      const harness = interruptibleHarness(target, this.#harness.subject.interrupt);
      return { harness, decider: deciderOf(harness) };
    });
    return asked.decider.rawFindings(translated(program, this.#harness.alphabet, asked.harness.alphabet));
  }
}

/** The ops of a program, each once. */
export function opsOf({ alphabet }: Harness, program: Program): string[] {
  return [...new Set(program.threads.flat().map((call) => alphabet.call(call).op))];
}

/** A program in the numbers of another alphabet. */
export function translated(program: Program, from: Alphabet, to: Alphabet): Program {
  const threads = program.threads.map((calls) =>
    calls.map((call) => {
      const { op, a, b } = from.call(call);
      return to.id(op, a, b);
    }),
  );
  return { start: program.start, threads };
}

/** How a finder chooses ops. */
export interface Choosing {
  /** What can run as in the base, each as a whole: ops that are one code go together. */
  readonly units: readonly (readonly string[])[];
  /** The most units at a time. */
  readonly most: number;
  /** How many divergences of the program are left with some ops of the base. @returns undefined where the one that is asked about is among them, or that cannot be told */
  left(ops: readonly string[]): number | undefined;
  /** Of two choices that leave as many, the one with the smaller ranks is taken. */
  ranks(ops: readonly string[]): readonly number[];
}

/**
 * The fewest ops that have to run as in the base for a divergence to go away, if there are any. Of several choices first
 * what lets most divergences of the program go.
 */
export function fewestOps({ units, most, left, ranks }: Choosing): readonly string[] | undefined {
  for (let size = 1; size <= Math.min(units.length, most); size++) {
    const choices = subsets(units, size).flatMap((chosen) => {
      const ops = chosen.flat();
      const others = left(ops);
      return others === undefined ? [] : [{ ops, ranks: [others, ...ranks(ops)] }];
    });
    choices.sort((one, other) => compared(one.ranks, other.ranks));
    if (choices[0]) return choices[0].ops;
  }
  return undefined;
}

/** Lexicographically. */
function compared(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((rank, index) => rank !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

/** All choices of so many items, in the order of the list. */
export function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) => subsets(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]));
}

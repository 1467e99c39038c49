import type { Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { type Decider, deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Alphabet } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import { type Harness, interruptibleHarness } from '../run/harness.ts';

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
  readonly #hybrids = new Map<string, Asked>();

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
    const key = [...ops].sort().join();
    let asked = this.#hybrids.get(key);
    if (!asked) {
      const target = { ...this.#harness.target, subject: this.#hybrid(new Set(ops)) } as Target;
      const harness = interruptibleHarness(target, this.#harness.subject.interrupt);
      asked = { harness, decider: deciderOf(harness) };
      this.#hybrids.set(key, asked);
    }
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

/** All choices of so many items, in the order of the list. */
export function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) => subsets(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]));
}

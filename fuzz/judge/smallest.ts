import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { MAX_OPS, opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';

/**
 * Programs of one number of ops that are looked through, a second's worth; with more, nothing is proved. By kind of
 * target: a scheme's program takes some eight times as long.
 */
const MOST_PROGRAMS = { counter: 16_000, scheme: 2_000 };

/** Whatever says which divergences a program shows; undefined when it cannot. */
interface Sees {
  rawFindings(program: Program): ReadonlyMap<string, { readonly divergence: Divergence }> | undefined;
}

/** The answer to: is there a smaller program for this signature? */
export interface Smallest {
  /** One that is smaller than the program asked about; absent where there is none, or none was found. */
  readonly program: Program | undefined;
  /** Whether all programs with fewer ops were decided. */
  readonly isProved: boolean;
}

/**
 * Looks through every program of 1, 2, … ops, over a target's ops, arguments and starts, for the signatures they show.
 * Each number of ops is gone through once and remembered, for all signatures.
 *
 *     10 calls, 2 threads, 3 starts:   1 op 30 programs   2 ops 600   3 ops 6,000   4 ops 90,000, too many
 *
 * So a program of four ops can be proved to be the smallest, and one of five cannot.
 */
export class SmallestPrograms {
  readonly #harness: Harness;
  readonly #decider: Sees;
  /** By number of ops: the first program for each signature; absent where there are too many programs. */
  readonly #levels = new Map<number, ReadonlyMap<string, Program> | undefined>();

  constructor(harness: Harness, decider: Sees) {
    this.#harness = harness;
    this.#decider = decider;
  }

  /** Is there a program with fewer ops that shows the signature? */
  smallerThan(program: Program, signature: string): Smallest {
    for (let ops = 1; ops < opCount(program); ops++) {
      const level = this.#level(ops);
      if (!level) return { program: undefined, isProved: false };
      const found = level.get(signature);
      if (found) return { program: found, isProved: true };
    }
    return { program: undefined, isProved: true };
  }

  #level(ops: number): ReadonlyMap<string, Program> | undefined {
    if (!this.#levels.has(ops)) this.#levels.set(ops, this.#lookThrough(ops));
    return this.#levels.get(ops);
  }

  #lookThrough(ops: number): ReadonlyMap<string, Program> | undefined {
    const { calls, target } = this.#harness;
    const shapes = shapesOf(ops, target.threads, target.subject.kind === 'counter');
    if (calls.length ** ops * shapes.length * target.initial.length > MOST_PROGRAMS[target.subject.kind])
      return undefined;
    const signatures = new Map<string, Program>();
    for (const start of target.initial) {
      for (const shape of shapes) {
        for (const threads of fillings(shape, calls)) {
          const program = { start, threads };
          const rawFindings = this.#decider.rawFindings(program);
          if (!rawFindings) return undefined;
          for (const { divergence } of rawFindings.values()) {
            const signature = signatureOf(divergence);
            if (!signatures.has(signature)) signatures.set(signature, program);
          }
        }
      }
    }
    return signatures;
  }
}

/**
 * The ways to share out ops among threads. Alike threads are sorted: two and one is the same as one and two.
 *
 *     3 ops, 2 threads    alike: 2 + 1, 3         not alike: 1 + 2, 2 + 1, 3
 */
function shapesOf(ops: number, threads: number, areAlike: boolean): number[][] {
  const shapes: number[][] = [];
  const extend = (shape: number[], left: number) => {
    if (left === 0) shapes.push(shape);
    if (shape.length === threads) return;
    const most = Math.min(left, MAX_OPS, areAlike ? (shape.at(-1) ?? left) : left);
    for (let length = 1; length <= most; length++) extend([...shape, length], left - length);
  };
  extend([], ops);
  return shapes;
}

/** The digits of a number with as many digits as ops, to the base of the number of calls. */
function* fillings(shape: readonly number[], calls: readonly number[]): Generator<number[][]> {
  const ops = shape.reduce((sum, length) => sum + length, 0);
  for (let number = 0; number < calls.length ** ops; number++) {
    let left = number;
    yield shape.map((length) =>
      Array.from({ length }, () => {
        const call = calls[left % calls.length]!;
        left = Math.floor(left / calls.length);
        return call;
      }),
    );
  }
}

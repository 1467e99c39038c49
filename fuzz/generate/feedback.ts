import type { Choices } from '../program/choices.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { packProgram, unpackProgram } from '../run/packed-program.ts';
import { Coverage } from './coverage.ts';
import type { Limits } from './generate.ts';
import { Mutator } from './mutate.ts';
import { type Effort, NO_EFFORT, type Novel, type PoolView, SHARES } from './pool.ts';
import { ProgramGenerator } from './program-generator.ts';

/** One program in this many is as large as the limits allow. */
const SMALL_OF = 4;
/** Of the others, what is mostly no more than four ops. */
const SMALL: Limits = { maxThreads: 3, maxOps: 2 };

/** What a search has learnt since it was last asked. */
export interface Learnt {
  readonly novel: readonly Novel[];
  readonly effort: Effort;
}

/**
 * Where a search gets its programs, and where it says what they did. Without a pool all programs are drawn anew; with
 * one, some of them are mutations of programs that did something new: coverage-guided fuzzing, with the states and
 * windows of the subject in the place of branches of code.
 */
export class Feedback {
  readonly coverage: Coverage;
  readonly #harness: Harness;
  readonly #limits: Limits;
  readonly #minThreads: number;
  readonly #decidedOps: number;
  readonly #smallLimits: Limits;
  readonly #generator: ProgramGenerator;
  readonly #mutator: Mutator;
  #pool: readonly Program[] = [];
  #withSignature: readonly number[] = [];
  #share = 0;
  #isOn = false;
  #isMutated = false;
  #novel: Novel[] = [];
  #effort: { -readonly [Name in keyof Effort]: number } = { ...NO_EFFORT };

  /**
   * @param minThreads of generated programs
   * @param decidedOps up to this many ops a program costs much less than others, and most are such; 0: all cost the same
   */
  constructor(harness: Harness, limits: Limits, minThreads: number, decidedOps = 0) {
    this.coverage = new Coverage(harness.subject);
    this.#harness = harness;
    this.#limits = limits;
    this.#minThreads = minThreads;
    this.#decidedOps = decidedOps;
    this.#smallLimits = {
      maxThreads: Math.min(limits.maxThreads, SMALL.maxThreads),
      maxOps: Math.min(limits.maxOps, SMALL.maxOps),
    };
    this.#generator = new ProgramGenerator(harness);
    this.#mutator = new Mutator(harness, limits, minThreads);
  }

  /** Starts from a pool; undefined switches feedback off. */
  startFrom(view: PoolView | undefined): void {
    this.#isOn = view !== undefined;
    this.#pool = view?.programs.map((packed) => unpackProgram(this.#harness, packed)) ?? [];
    this.#withSignature = view?.withSignature ?? [];
    this.#share = view?.share ?? 0;
    if (view) this.coverage.seen = view.seen.slice();
    this.take();
  }

  /** The next program to run. */
  program(choices: Choices): Program {
    this.coverage.begin();
    this.#isMutated = this.#pool.length > 0 && choices.below(SHARES) < this.#share;
    const isSmall = this.#decidedOps > 0 && choices.below(SMALL_OF) > 0;
    if (this.#isMutated) {
      const most = isSmall ? this.#decidedOps : MAX_THREADS * MAX_OPS;
      return this.#mutator.mutate(this.#draw(choices), this.#draw(choices), most, choices);
    }
    const limits = isSmall ? this.#smallLimits : this.#limits;
    return this.#generator.program(limits, this.#minThreads, choices);
  }

  /** The program has run. */
  learn(program: Program): void {
    if (!this.#isOn) return;
    this.#effort[this.#isMutated ? 'mutated' : 'fresh']++;
    const { fresh } = this.coverage;
    if (fresh.length === 0) return;
    this.#effort[this.#isMutated ? 'mutatedNovel' : 'freshNovel']++;
    // In the order of numbers, not of meeting: in which order the states of a program are gone through depends on trees that
    // earlier programs have grown, and whoever runs this shard must tell the same.
    const features = [...fresh].sort((one, other) => one - other);
    this.#novel.push({ program: packProgram(this.#harness, program), features });
  }

  /** What was learnt since `startFrom`, or since the last call. */
  take(): Learnt {
    const learnt = { novel: this.#novel, effort: { ...this.#effort } };
    this.#novel = [];
    this.#effort = { ...NO_EFFORT };
    return learnt;
  }

  /** Half of the time one that showed a divergence first: others are near. */
  #draw(choices: Choices): Program {
    if (this.#withSignature.length > 0 && choices.below(2) === 0) {
      return this.#pool[this.#withSignature[laterOf(this.#withSignature.length, choices)]!]!;
    }
    return this.#pool[laterOf(this.#pool.length, choices)]!;
  }
}

/** An index below `size`. What was met later is rarer, and so it is likelier. */
function laterOf(size: number, choices: Choices): number {
  return Math.max(choices.below(size), choices.below(size));
}

import type { Alone } from '../../oracles/oracle.ts';
import type { Counter, CounterOp, DirectCounter, Result } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import type { Choices } from '../program/choices.ts';
import type { Harness } from '../run/harness.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';
import { fillAround, fillDrawn } from './batch-values.ts';
import { constantsOf } from './constants.ts';
import { BoundedWord, LoneWord } from './lone-word.ts';
import { codeOf, type Runner, runnerOf } from './sweep-loop.ts';

/**
 * Pairs of a batch: one op, with the same arguments, on this many values. It covers eight boundaries with 128 values
 * each; machine code is entered once for all of it.
 */
const BATCH = 1024;

/**
 * The most values of a batch that are judged where the sides differ: whole halves of the number line may differ.
 * Where there is machine code the judge runs the op again, access by access.
 */
const JUDGED: { readonly code: number; readonly models: number } = { code: 4, models: 64 };

/** What is called with a value at which the two sides differ; and what they did, where both are models. */
export type OnDifference = (old: number, reference?: Alone, subject?: Alone) => void;

/**
 * Lockstep without transition trees: each batch takes one op and runs it, on both sides, on a thousand values from the
 * whole number line and from around its boundaries. The caller judges what differs; what does not costs
 * some ten nanoseconds in machine code, and some fifty in models.
 */
export class DirectLockstep {
  readonly #harness: Harness;
  readonly #reference: DirectCounter | undefined;
  readonly #subject: DirectCounter | undefined;
  /** The old values of the batch. */
  readonly #old = new Int32Array(BATCH);
  /** Calls that were stopped in a batch: they trap, or do not return. They are run access by access from then on. */
  readonly #stopped = new Set<number>();
  /**
   * Values around which behaviour may change; those that are written in the code of either side among them. The fixed
   * ones come first, then saturation values, then constants: `fillAround` takes the first eight.
   */
  readonly #boundaries: readonly number[];
  /** By call: its code on both sides. */
  readonly #runners: Runner[] = [];
  /** The words of two models. They serve every batch. */
  readonly #one = new BoundedWord(0);
  readonly #other = new BoundedWord(0);
  /** Pairs run so far, of all batches. */
  pairs = 0;

  /** @returns undefined for the ideal reference: misuse that both sides let pass is a divergence there */
  static of(harness: Harness): DirectLockstep | undefined {
    return harness.reference ? new DirectLockstep(harness) : undefined;
  }

  private constructor(harness: Harness) {
    this.#harness = harness;
    this.#reference = (harness.target.reference as Counter).direct;
    this.#subject = (harness.target.subject as Counter).direct;
    const { reference, subject } = harness.target;
    const constants = [reference as Counter, subject as Counter].flatMap(constantsOf);
    this.#boundaries = [0, 1, -1, INT_MAX, INT_MIN, ...harness.saturated, ...constants];
  }

  /** Whether a side has machine code. */
  get hasCode(): boolean {
    return this.#reference !== undefined || this.#subject !== undefined;
  }

  /**
   * Runs one batch of an op.
   *
   * @param choices draw the values; without them these are all that lie within 64 of the first eight boundaries
   * @param begins gets its first value; false leaves the batch out
   */
  batch(
    call: number,
    choices: Choices | undefined,
    onDifference: OnDifference,
    begins: (old: number) => boolean = () => true,
  ): void {
    if (choices) fillDrawn(this.#old, this.#boundaries, choices);
    else fillAround(this.#old, this.#boundaries);
    const judged = choices ? JUDGED : { code: JUDGED.code, models: BATCH };
    this.#runBatch(call, BATCH, judged, onDifference, begins);
  }

  /**
   * The same for given values.
   *
   * @param values at most a thousand; every one at which the sides differ is told
   */
  at(
    call: number,
    values: readonly number[],
    onDifference: OnDifference,
    begins: (old: number) => boolean,
  ): void {
    this.#old.set(values);
    this.#runBatch(call, values.length, { code: BATCH, models: BATCH }, onDifference, begins);
  }

  /** @param judged how many values are told at the most */
  #runBatch(
    call: number,
    count: number,
    judged: typeof JUDGED,
    onDifference: OnDifference,
    begins: (old: number) => boolean,
  ): void {
    if (this.#isOne(call) || this.#stopped.has(call) || !begins(this.#old[0]!)) return;
    for (const direct of [this.#reference, this.#subject]) {
      if (!direct || this.#run(direct, call, count)) continue;
      this.#tellStopped(direct, call, count, onDifference);
      return;
    }
    this.pairs += count;
    this.#compare(call, count, judged, onDifference);
  }

  /** Whether both sides run one function, as a counter does that was made of another: then they do the same. */
  #isOne(call: number): boolean {
    const { op } = this.#harness.alphabet.call(call);
    const { reference, subject } = this.#harness.target;
    return (reference as Counter).ops[op]!.run === (subject as Counter).ops[op]!.run;
  }

  /**
   * One of the values made the op trap, or never return: which ones? Each value runs again, as a batch of one; at most
   * JUDGED.code of them are told, since every one costs a stop.
   */
  #tellStopped(direct: DirectCounter, call: number, count: number, onDifference: OnDifference): void {
    this.#stopped.add(call);
    const { op, a, b } = this.#harness.alphabet.call(call);
    let told = 0;
    for (const value of this.#old.subarray(0, count)) {
      direct.values[0] = value;
      if (direct.batch(op, a, b, 1)) continue;
      onDifference(value);
      if (++told === JUDGED.code) return;
    }
  }

  /** @returns false when the machine code was stopped */
  #run(direct: DirectCounter, call: number, count: number): boolean {
    const { op, a, b } = this.#harness.alphabet.call(call);
    direct.values.set(this.#old.subarray(0, count));
    return direct.batch(op, a, b, count);
  }

  /**
   * Three pairs of sides, three loops: code and code compare arrays; code and model run the model alone; two models run
   * both, and so have both outcomes at hand for the caller.
   */
  #compare(call: number, count: number, most: typeof JUDGED, onDifference: OnDifference): void {
    const [reference, subject] = [this.#reference, this.#subject];
    let judged = 0;
    const differs = (at: number) => {
      if (judged++ < most.code) onDifference(this.#old[at]!);
    };
    if (reference && subject) compareCodes(reference, subject, count, differs);
    else if (reference || subject)
      this.#compareWithModel(call, (reference ?? subject)!, reference ? 1 : 0, count, differs);
    else this.#compareModels(call, count, onDifference, most.models);
  }

  /** Looked up once for each call: `runnerOf` writes texts for messages. */
  #runner(call: number): Runner {
    this.#runners[call] ??= runnerOf(this.#harness, call);
    return this.#runners[call];
  }

  /** The model is the side without machine code; `side` names it. */
  #compareWithModel(
    call: number,
    direct: DirectCounter,
    side: 0 | 1,
    count: number,
    differs: (at: number) => void,
  ): void {
    const { sides, a, b } = this.#runner(call);
    compareModel(sides[side], a, b, this.#old, direct, count, differs);
  }

  /**
   * Bounded words, as nobody has proved that a model returns. The first value on which it does not ends the batch, and
   * the call is left to the walks from then on.
   */
  #compareModels(call: number, count: number, onDifference: OnDifference, mostJudged: number): void {
    const { sides, a, b } = this.#runner(call);
    const one = this.#one;
    const other = this.#other;
    let judged = 0;
    for (const old of this.#old.subarray(0, count)) {
      one.restart(old);
      other.restart(old);
      let reference: Result;
      let subject: Result;
      try {
        reference = sides[0].run(one, a, b) ?? undefined;
        subject = sides[1].run(other, a, b) ?? undefined;
      } catch (error) {
        // A loop over a large value is long and yet no fault; walks find those that do not end.
        if (!(error instanceof NonTerminatingOp)) throw error;
        this.#stopped.add(call);
        return;
      }
      if (one.value === other.value && reference === subject && one.hasWarnedLike(other)) continue;
      onDifference(old, seenOn(one, reference), seenOn(other, subject));
      if (++judged === mostJudged) return;
    }
  }
}

/** Two kinds of machine code, on the first `count` values of a batch. */
export function compareCodes(
  reference: Made,
  subject: Made,
  count: number,
  differs: (at: number) => void,
): void {
  for (let at = 0; at < count; at++) {
    const same =
      reference.values[at] === subject.values[at] &&
      reference.results[at] === subject.results[at] &&
      sameTexts(reference.warningTexts(reference.warnings[at]!), subject.warningTexts(subject.warnings[at]!));
    if (!same) differs(at);
  }
}

/** What machine code made of values. */
export type Made = Pick<DirectCounter, 'values' | 'results' | 'warningTexts'> & {
  readonly warnings: Int32Array | Uint8Array;
};

/**
 * The fast path: one op of a model on each of the first `count` values, against what machine code made of them.
 *
 * A LoneWord is told beforehand which warnings ought to come, so it needs no list of its own. Neighbouring values
 * mostly warn alike: the texts are looked up only where the code of the warning changes.
 */
export function compareModel(
  { run }: Pick<CounterOp, 'run'>,
  a: number,
  b: number,
  old: Int32Array,
  direct: Made,
  count: number,
  differs: (at: number) => void,
): void {
  const { values, results, warnings } = direct;
  let code = 0;
  let texts: readonly string[] = [];
  for (let at = 0; at < count; at++) {
    if (warnings[at] !== code) {
      code = warnings[at]!;
      texts = direct.warningTexts(code);
    }
    const word = new LoneWord(old[at]!, texts);
    const result = run(word, a, b);
    const isSame =
      word.value === values[at] && word.heard === texts.length && codeOf(result ?? undefined) === results[at];
    if (!isSame) differs(at);
  }
}

function seenOn({ value, warnings }: BoundedWord, result: Result): Alone {
  return { result, value, warnings };
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  // Compared for each pair of a batch: a closure for `every` would be most of what a campaign allocates.
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

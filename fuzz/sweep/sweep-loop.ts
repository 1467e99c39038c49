import { idealStep, readAs } from '../../oracles/ideal.ts';
import { areSameTexts } from '../../oracles/lockstep.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Counter, CounterOp, DirectCounter, Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import type { Harness } from '../run/harness.ts';
import { LoneWord, NotingWord } from './lone-word.ts';

/** What an op of one side did to one old value. */
export interface Seen {
  readonly value: number;
  readonly result: Result;
  readonly warnings: readonly string[];
}

/** Both sides: the reference, then the subject. */
export type Both<T> = readonly [reference: T, subject: T];

/** What runs one call on both sides. */
export interface Runner {
  readonly sides: Both<Pick<CounterOp, 'run'>>;
  /** For a side that has it: the same as machine code. */
  readonly direct: Both<DirectCounter | undefined>;
  readonly op: string;
  readonly a: number;
  readonly b: number;
  /** For messages: the target and the call. */
  readonly place: string;
  readonly call: string;
}

/** Both sides of a call, without trees: a sweep runs ops as plain functions. @param harness of counters */
export function runnerOf(harness: Harness, call: number): Runner {
  const { op, a, b } = harness.alphabet.call(call);
  const subject = harness.target.subject as Counter;
  const reference = harness.reference
    ? (harness.reference.subject as Counter).ops[op]!
    : idealOp(op, subject.reading);
  const place = `target "${harness.target.name}"`;
  return {
    sides: [reference, subject.ops[op]!],
    direct: [(harness.reference?.subject as Counter | undefined)?.direct, subject.direct],
    op,
    a,
    b,
    place,
    call: harness.alphabet.format(call),
  };
}

/**
 * The ideal counter as an op on a word, folded to 32 bits as `comparePair` folds it. Two accesses are no race here: the
 * word is lone.
 */
function idealOp(op: string, reading: Counter['reading']): Pick<CounterOp, 'run'> {
  return {
    run: (count, a, b) => {
      const { value, result } = idealStep(op, a, b, readAs(count.load(), reading), reading);
      count.store(value);
      return typeof result === 'number' ? result | 0 : result;
    },
  };
}

/** Runs a call on both sides from one old value. @throws InputError for an answer that is none */
export function observe({ sides, a, b, place, call }: Runner, old: number): Both<Seen> {
  const side = ({ run }: Pick<CounterOp, 'run'>): Seen => {
    const word = new NotingWord(old, []);
    const result = run(word, a, b) ?? undefined;
    if (isResult(result)) return { value: word.value, result, warnings: word.warnings };
    throw new InputError(
      place,
      `${call} returns ${String(result)}, which is no 32-bit integer; end it with | 0`,
    );
  };
  return [side(sides[0]), side(sides[1])];
}

/**
 * Whether an answer is one that the loops compare exactly: -0 and fractions are none. The loops compare with `!==` and
 * `| 0`, by which -0 would pass for 0.
 */
function isResult(result: unknown): boolean {
  if (typeof result === 'number') return Object.is(result, result | 0);
  return result === undefined || typeof result === 'boolean';
}

/**
 * By how much each part of a pair grows from one old value to the next: 0 or 1. What a segment promises: a part that
 * stays or grows can be predicted without running the op.
 */
export interface Steps {
  readonly words: Both<0 | 1>;
  readonly results: Both<0 | 1>;
}

/**
 * Runs the call on `count` old values from `first` on, and compares both sides with what is expected there.
 *
 * With machine code on a side the two are counted one after the other, each as far as it fits: the pair fits as far as
 * both do. Two models share one loop, where V8 can keep everything in registers.
 *
 * @param at what was seen at `first`
 * @returns how many of the values, from the first on, are as expected
 * @throws InputError when machine code does not come back
 */
export function countFitting(
  runner: Runner,
  at: Both<Seen>,
  steps: Steps,
  first: number,
  count: number,
): number {
  const { direct, sides, a, b } = runner;
  if (!direct[0] && !direct[1]) return countFittingModels(runner, at, steps, first, count);
  const fitting = ([0, 1] as const).map((side) => {
    const code = direct[side];
    const growth = { word: steps.words[side], result: steps.results[side] };
    return code
      ? countFittingCode(runner, code, at[side], growth, first, count)
      : countFittingModel(sides[side], a, b, at[side], growth, first, count);
  });
  return Math.min(...fitting);
}

/** By how much one side's word and result grow from one old value to the next. */
interface Growth {
  readonly word: 0 | 1;
  readonly result: 0 | 1;
}

/**
 * Machine code: `at` comes from the interpreter, so what two builds of one source do is compared on the way.
 *
 * The first value runs by itself: only so is the number known that this build gives to the warnings, and the sweep
 * compares numbers.
 */
function countFittingCode(
  { op, a, b, place, call }: Runner,
  code: DirectCounter,
  at: Seen,
  growth: Growth,
  first: number,
  count: number,
): number {
  const stopped = () => {
    const text = `${call} traps or does not return, somewhere from ${formatValue(first)} on; a sweep is for ops that return`;
    return new InputError(place, text);
  };
  code.values[0] = first;
  if (!code.batch(op, a, b, 1)) throw stopped();
  const warning = code.warnings[0]!;
  if (!areSameTexts(code.warningTexts(warning), at.warnings)) return 0;
  const fitting = code.sweep(op, a, b, first, count, {
    value: at.value,
    valueStep: growth.word,
    result: codeOf(at.result),
    resultStep: growth.result,
    warning,
  });
  if (fitting === undefined) throw stopped();
  return fitting;
}

/** One model by itself; see `countFittingModels` for why it is written so. */
function countFittingModel(
  op: Pick<CounterOp, 'run'>,
  a: number,
  b: number,
  at: Seen,
  growth: Growth,
  first: number,
  count: number,
): number {
  const firstArgument = a | 0;
  const secondArgument = b | 0;
  const start = first | 0;
  const end = count | 0;
  const texts = at.warnings;
  const warned = texts.length | 0;
  const kind = kindOf(at.result) | 0;
  const wordStep = growth.word | 0;
  const resultStep = growth.result | 0;
  let expected = at.value | 0;
  let code = codeOf(at.result) | 0;
  for (let done = 0; done < end; done = (done + 1) | 0) {
    const word = new LoneWord((start + done) | 0, texts);
    const answer = op.run(word, firstArgument, secondArgument);
    const isKind = typeof answer === 'number' ? 2 : answer === undefined ? 0 : 1;
    if (
      ((word.value ^ expected) | (word.heard ^ warned) | (isKind ^ kind)) !== 0 ||
      (typeof answer === 'number' ? answer : answer === true ? 1 : 0) !== code
    ) {
      return done;
    }
    expected = (expected + wordStep) | 0;
    code = (code + resultStep) | 0;
  }
  return end;
}

/**
 * Two models at once.
 *
 * This is where a sweep spends its time: 2^32 turns for a call. A turn is a few nanoseconds when V8 has
 * inlined the ops, for which it must have met nothing else on the way: see `sweepPlan`.
 */
function countFittingModels(
  { sides: [reference, subject], a, b }: Runner,
  at: Both<Seen>,
  { words, results }: Steps,
  first: number,
  count: number,
): number {
  // What comes from outside is made an integer here; V8 would ask again on every turn whether it is one.
  const firstArgument = a | 0;
  const secondArgument = b | 0;
  const start = first | 0;
  const end = count | 0;
  const texts0 = at[0].warnings;
  const texts1 = at[1].warnings;
  const warned0 = texts0.length | 0;
  const warned1 = texts1.length | 0;
  const kind0 = kindOf(at[0].result) | 0;
  const kind1 = kindOf(at[1].result) | 0;
  const wordStep0 = words[0] | 0;
  const wordStep1 = words[1] | 0;
  const resultStep0 = results[0] | 0;
  const resultStep1 = results[1] | 0;
  let word0 = at[0].value | 0;
  let word1 = at[1].value | 0;
  let code0 = codeOf(at[0].result) | 0;
  let code1 = codeOf(at[1].result) | 0;
  for (let done = 0; done < end; done = (done + 1) | 0) {
    const old = (start + done) | 0;
    const one = new LoneWord(old, texts0);
    const answer0 = reference.run(one, firstArgument, secondArgument);
    const other = new LoneWord(old, texts1);
    const answer1 = subject.run(other, firstArgument, secondArgument);
    // `kindOf` and `codeOf` again: as calls they are checked on every turn.
    const isKind0 = typeof answer0 === 'number' ? 2 : answer0 === undefined ? 0 : 1;
    const isKind1 = typeof answer1 === 'number' ? 2 : answer1 === undefined ? 0 : 1;
    if (
      ((one.value ^ word0) |
        (other.value ^ word1) |
        (one.heard ^ warned0) |
        (other.heard ^ warned1) |
        (isKind0 ^ kind0) |
        (isKind1 ^ kind1)) !==
        0 ||
      (typeof answer0 === 'number' ? answer0 : answer0 === true ? 1 : 0) !== code0 ||
      (typeof answer1 === 'number' ? answer1 : answer1 === true ? 1 : 0) !== code1
    ) {
      return done;
    }
    word0 = (word0 + wordStep0) | 0;
    word1 = (word1 + wordStep1) | 0;
    code0 = (code0 + resultStep0) | 0;
    code1 = (code1 + resultStep1) | 0;
  }
  return end;
}

/**
 * How an answer is compared; its kind is compared besides. 1 and `true` have the same code, 0 and `false` and nothing
 * too.
 */
export function codeOf(answer: Result): number {
  return typeof answer === 'number' ? answer : answer === true ? 1 : 0;
}

/** A number, so that the loop joins it to the other comparisons by `^` and `|` and branches once. */
function kindOf(answer: Result): number {
  return typeof answer === 'number' ? 2 : answer === undefined ? 0 : 1;
}

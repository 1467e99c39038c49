import type { CounterOp, Result } from '../../targets/subject/subject.ts';
import { type BitChange, bitsChanged, KEEP, type Warning, type Word } from '../../targets/subject/word.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';

/** An op with its arguments, as a plain function of a word. */
export interface PlainCall {
  readonly run: CounterOp['run'];
  readonly a: number;
  readonly b: number;
}

/** What came of an op, and of those that came between its accesses. */
export interface Visited {
  /** The word at the end. */
  readonly value: number;
  /** Of the op, and then of each visitor. */
  readonly results: readonly Result[];
  readonly warnings: readonly string[];
  /** How many accesses the op made, and then each visitor. */
  readonly accesses: readonly number[];
}

/** An op that makes more accesses while so few others come between is taken for one that does not return. */
const MOST_ACCESSES = 1000;

/**
 * Runs an op as the plain function that it is, with another op coming between two of its accesses, as a whole.
 *
 *     inc: load │ dec │ store        visitedRun(inc, dec, 2, [1])
 *
 * Nothing is recorded, so it costs no more than the ops do. Two ops in each other's middle are not seen here. The op is
 * run once more for each visit, up to where the visitor comes: ops of one subject may share an interpreter, which can run
 * one at a time.
 *
 * @param at before which access of the op the visitor comes, from 0 on, in ascending order; twice the same number: it
 *   comes twice. Where the op has returned by then, it comes afterwards
 * @throws NonTerminatingOp
 */
export function visitedRun(op: PlainCall, visitor: PlainCall, start: number, at: readonly number[]): Visited {
  const seen: Visited[] = [];
  const left: number[] = [];
  for (const turn of at) {
    const { word } = runOn(new VisitedWord(start, at, left, turn), op);
    const own = runOn(new VisitedWord(word.met ?? word.value), visitor);
    seen.push(own.visited);
    left.push(own.word.value);
  }
  const { visited } = runOn(new VisitedWord(start, at, left), op);
  const all = [visited, ...seen];
  return {
    value: visited.value,
    results: all.flatMap(({ results }) => results),
    warnings: all.flatMap(({ warnings }) => warnings),
    accesses: all.flatMap(({ accesses }) => accesses),
  };
}

function runOn(word: VisitedWord, { run, a, b }: PlainCall): { word: VisitedWord; visited: Visited } {
  const result = run(word, a, b) ?? undefined;
  word.finish();
  const { value, accesses, warnings } = word;
  return { word, visited: { value, results: [result], warnings: [String(warnings)], accesses: [accesses] } };
}

/** Whether two runs gave the same, as far as anybody can tell who sees results, warnings and the word at the end. */
export function gaveTheSame(one: Visited, other: Visited): boolean {
  return (
    one.value === other.value &&
    one.results.every((result, at) => result === other.results[at]) &&
    one.warnings.every((warning, at) => warning === other.warnings[at])
  );
}

/** A word that others change between two accesses. `update` is the loop that it stands for. */
class VisitedWord implements Word {
  value: number;
  accesses = 0;
  readonly warnings: string[] = [];
  /** What the next visitor meets, once it would come. */
  met: number | undefined;
  readonly #at: readonly number[];
  readonly #left: readonly number[];
  readonly #meeting: number;
  #visits = 0;

  /**
   * @param at before which accesses others come
   * @param left what they leave, as far as that is known: who comes then is there already
   * @param meeting when the next one would come
   */
  constructor(
    value: number,
    at: readonly number[] = [],
    left: readonly number[] = [],
    meeting = Number.POSITIVE_INFINITY,
  ) {
    this.value = value;
    this.#at = at;
    this.#left = left;
    this.#meeting = meeting;
  }

  /** The op is over: those who have not been there come. */
  finish(): void {
    while (this.#visits < this.#left.length) this.value = this.#left[this.#visits++]!;
  }

  load(): number {
    this.#access();
    return this.value;
  }

  store(value: number): void {
    this.#access();
    this.value = value | 0;
  }

  exchange(value: number): number {
    const old = this.load();
    this.value = value | 0;
    return old;
  }

  fetchAdd(value: number): number {
    const old = this.load();
    this.value = (old + value) | 0;
    return old;
  }

  fetchSub(value: number): number {
    const old = this.load();
    this.value = (old - value) | 0;
    return old;
  }

  fetchBits(how: BitChange, value: number): number {
    const old = this.load();
    this.value = bitsChanged(old, how, value);
    return old;
  }

  compareExchange(expected: number, desired: number): number {
    const old = this.load();
    if (old === (expected | 0)) this.value = desired | 0;
    return old;
  }

  update(next: (old: number) => number | typeof KEEP): number {
    let old = this.load();
    for (;;) {
      const desired = next(old);
      if (desired === KEEP) return old;
      const seen = this.compareExchange(old, desired);
      if (seen === old) return old;
      old = seen;
    }
  }

  repeat(round: () => boolean): void {
    for (let rounds = 0; !round(); rounds++) {
      if (rounds === MOST_ACCESSES) throw new NonTerminatingOp(`an op, at ${this.value},`);
    }
  }

  /** What visitors leave is seen at once, whatever is asked for. */
  fence(): void {}

  warn({ text }: Warning): void {
    this.warnings.push(text);
  }

  #access(): void {
    while (this.#visits < this.#left.length && this.#at[this.#visits] === this.accesses)
      this.value = this.#left[this.#visits++]!;
    if (this.accesses === this.#meeting) this.met = this.value;
    if (++this.accesses > MOST_ACCESSES) throw new NonTerminatingOp(`an op, at ${this.value},`);
  }
}

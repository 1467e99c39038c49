import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Counter, Scheme, Subject } from '../../targets/subject/subject.ts';
import {
  type BitChange,
  type Condition,
  KEEP,
  type MemoryOrder,
  type SharedWord,
  type Warning,
} from '../../targets/subject/word.ts';
import { Access, SCHEME_WORDS, WordIndex } from '../run/access.ts';
import { OF_BITS, UNTIL } from '../run/kinds-of-access.ts';

/** What an access can be given beside what it has. */
export type Strength = 'acquire' | 'release' | 'full';

/** Accesses of an op that are alike: of one kind, of one word, with one order. */
export interface Site {
  readonly op: string;
  /** By `WordIndex`. */
  readonly word: number;
  /** One of `Access`. */
  readonly kind: number;
  readonly order: MemoryOrder;
}

/** A site, and what it is given. */
export interface Strengthening extends Site {
  readonly strength: Strength;
}

/** A subject some of whose accesses are more strongly ordered, and which does the same otherwise. */
export function strengthened(subject: Subject, edits: readonly Strengthening[]): Subject {
  return subject.kind === 'counter' ? strongerCounter(subject, edits) : strongerScheme(subject, edits);
}

function strongerCounter({ compiled, ...counter }: Counter, edits: readonly Strengthening[]): Counter {
  const ops = Object.entries(counter.ops).map(([name, op]): [string, Counter['ops'][string]] => {
    const own = edits.filter((edit) => edit.op === name);
    if (own.length === 0) return [name, op];
    return [
      name,
      { ...op, run: (count, a, b) => op.run(new StrongerWord(count, WordIndex.COUNT, own), a, b) },
    ];
  });
  return { ...counter, ops: Object.fromEntries(ops) };
}

function strongerScheme({ compiled, ...scheme }: Scheme, edits: readonly Strengthening[]): Scheme {
  const ops = Object.entries(scheme.ops).map(([name, op]): [string, Scheme['ops'][string]] => {
    const own = edits.filter((edit) => edit.op === name);
    return [
      name,
      own.length === 0 ? op : { ...op, run: (object, a, b) => op.run(strongerObject(object, own), a, b) },
    ];
  });
  return { ...scheme, ops: Object.fromEntries(ops) };
}

function strongerObject(object: RcuObject, edits: readonly Strengthening[]): RcuObject {
  const stronger = (word: SharedWord, number: number) => new StrongerWord(word, number, edits);
  return {
    ...object,
    count: stronger(object.count, WordIndex.COUNT),
    list: stronger(object.list, WordIndex.LIST),
    words: object.words.map((word, at) => stronger(word, SCHEME_WORDS + at)),
    thread: () => object.thread(),
  };
}

/** A word whose accesses go through with fences around those that are to be stronger. */
class StrongerWord implements SharedWord {
  readonly #word: SharedWord;
  readonly #number: number;
  readonly #edits: readonly Strengthening[];

  /** @param word of a counter: it has no access that waits */
  constructor(
    word: SharedWord | Parameters<Counter['ops'][string]['run']>[0],
    number: number,
    edits: readonly Strengthening[],
  ) {
    this.#word = word as SharedWord;
    this.#number = number;
    this.#edits = edits;
  }

  load(order: MemoryOrder = 'full'): number {
    return this.#made(Access.LOAD, order, (given) => this.#word.load(given));
  }

  store(value: number, order: MemoryOrder = 'full'): void {
    this.#made(Access.STORE, order, (given) => this.#word.store(value, given));
  }

  exchange(value: number, order: MemoryOrder = 'full'): number {
    return this.#made(Access.EXCHANGE, order, (given) => this.#word.exchange(value, given));
  }

  fetchAdd(value: number, order: MemoryOrder = 'full'): number {
    return this.#made(Access.FETCH_ADD, order, (given) => this.#word.fetchAdd(value, given));
  }

  fetchSub(value: number, order: MemoryOrder = 'full'): number {
    return this.#made(Access.FETCH_SUB, order, (given) => this.#word.fetchSub(value, given));
  }

  fetchBits(how: BitChange, value: number, order: MemoryOrder = 'full'): number {
    return this.#made(OF_BITS[how], order, (given) => this.#word.fetchBits(how, value, given));
  }

  await(condition: Condition, operand: number, add: number, order: MemoryOrder = 'full'): number {
    return this.#made(UNTIL[condition], order, (given) => this.#word.await(condition, operand, add, given));
  }

  compareExchange(expected: number, desired: number, order: MemoryOrder = 'full'): number {
    const made = (given: MemoryOrder) => this.#word.compareExchange(expected, desired, given);
    return this.#made(Access.COMPARE_EXCHANGE, order, made, (old) => old === expected);
  }

  update(next: (old: number) => number | typeof KEEP, order: MemoryOrder = 'full'): number {
    let isKept = false;
    const noted = (old: number) => {
      const value = next(old);
      isKept = value === KEEP;
      return value;
    };
    const made = (given: MemoryOrder) => this.#word.update(noted, given);
    return this.#made(Access.COMPARE_EXCHANGE, order, made, () => !isKept);
  }

  repeat(round: () => boolean): void {
    this.#word.repeat(round);
  }

  warn(warning: Warning): void {
    this.#word.warn(warning);
  }

  fence(order: MemoryOrder): void {
    this.#word.fence(order);
  }

  /**
   * A release is one of the access itself, as smp_wmb before it would not hand on what its thread has read; where it has another
   * order already, that must do. An acquire and a full barrier are fences.
   */
  #made<Result>(
    kind: number,
    order: MemoryOrder,
    make: (order: MemoryOrder) => Result,
    succeeds: (result: Result) => boolean = () => true,
  ): Result {
    const strength = this.#edits.find(
      (edit) => edit.kind === kind && edit.word === this.#number && edit.order === order,
    )?.strength;
    const isOwn = strength === 'release' && order === 'relaxed';
    if ((strength === 'release' && !isOwn) || strength === 'full') this.#word.fence(strength);
    const result = make(isOwn ? 'release' : order);
    if ((strength === 'acquire' || strength === 'full') && succeeds(result)) this.#word.fence(strength);
    return result;
  }
}

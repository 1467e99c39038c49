import type { Later } from '../../subject/later.ts';
import type { Lock, RcuObject } from '../../subject/rcu-object.ts';
import type { WideWord } from '../../subject/wide-word.ts';
import type { SharedWord } from '../../subject/word.ts';
import type { SoughtPlaces } from './sought-places.ts';
import type { SoughtValue, SoughtValues } from './sought-values.ts';
import { type Ask, soughtLater, soughtLock, soughtPair, soughtWide, soughtWord } from './sought-words.ts';
import { pairsOf } from './word-pairs.ts';

/**
 * Thrown through an op at its first access that has no answer yet. Not an Error: no stack is wanted, as an op is stopped at
 * each of its accesses, and C cannot catch it.
 */
export class Asked {
  /** What may come of it. The list may grow. */
  readonly answers: readonly SoughtValue[];
  constructor(answers: readonly SoughtValue[]) {
    this.answers = answers;
  }
}

/** Of an access that has no result. */
const ONE: readonly number[] = [0];
/** Where the object may be linked, and what a check of the idle note may say: any of these, whatever ops have done before. */
const LINKS: readonly number[] = [0, 1, 2];
const IDLE: readonly number[] = [0, 1, 2];
/** By numbers: a search may have so many threads. */
const THREADS: readonly number[] = [0, 1, 2, 3];

/**
 * The object as ops find it while words are sought: each access is answered with the next of the answers given, and the first
 * that has none asks. A word may hold whatever a state or any op has left there, so one op at a time stands for all threads.
 */
export class SoughtObject implements RcuObject {
  /** By number of their place, the count among them. They grow while an op runs. */
  readonly words: SharedWord[] = [];
  readonly locks: Lock[] = [];
  readonly wide: (WideWord | undefined)[] = [];
  readonly pairs: WideWord[] = [];
  /** Those of threads are places among the others. */
  readonly threadWords = [];
  readonly lock: Lock;
  readonly mutex: Lock;
  readonly timer: Lock;
  readonly list: SharedWord;
  readonly rcu: RcuObject['rcu'];
  readonly idle: RcuObject['idle'];
  readonly later: Later;
  #answers: readonly SoughtValue[] = [];
  #used = 0;

  constructor(places: SoughtPlaces, values: SoughtValues) {
    const ask: Ask = (possible) => this.#ask(possible);
    const nothing = () => void this.#ask(ONE);
    this.lock = soughtLock(ask, () => {});
    this.mutex = this.lock;
    this.timer = this.lock;
    places.onAdded((place) => {
      this.words[place] = soughtWord(values, place, ask);
      this.locks[place] = soughtLock(ask, () => values.add(place, 1));
      if (places.list[place]!.size === 8) this.wide[place] = soughtWide(values, place, ask);
      // Whoever comes later may be the neighbour of one that is there.
      const pairs = pairsOf(places.list).map(([low, high]) => soughtPair(values, low, high, ask));
      this.pairs.splice(0, this.pairs.length, ...pairs);
    });
    this.list = { ...this.words[0]!, load: () => this.#ask(LINKS) as number, store: nothing };
    this.rcu = {
      readLock: nothing,
      readUnlock: nothing,
      call: (_, which = 0) => {
        values.later.add(which);
        nothing();
      },
    };
    this.later = soughtLater(ask, (which) => values.later.add(which));
    this.idle = { note: nothing, clear: nothing, check: () => this.#ask(IDLE) as 0 | 1 | 2 };
  }

  /** What the next run is answered. */
  begin(answers: readonly SoughtValue[]): void {
    this.#answers = answers;
    this.#used = 0;
  }

  get count(): SharedWord {
    return this.words[0]!;
  }

  use(): void {
    this.#ask(ONE);
  }

  write(): void {
    this.#ask(ONE);
  }

  touch(): void {
    this.#ask(ONE);
  }

  thread(): number {
    return this.#ask(THREADS) as number;
  }

  start(): void {
    this.#ask(ONE);
  }

  stop(): void {
    this.#ask(ONE);
  }

  free(): void {
    this.#ask(ONE);
  }

  #ask(possible: readonly SoughtValue[]): SoughtValue {
    if (this.#used === this.#answers.length) throw new Asked(possible);
    return this.#answers[this.#used++]!;
  }
}

import type { Lock, RcuObject } from '../../subject/rcu-object.ts';
import { KEEP, type Word } from '../../subject/word.ts';
import type { SoughtPlaces } from './sought-places.ts';
import type { StateMemory } from './state-memory.ts';

/** Values that a word is taken to have: those of the states, and the first that ops leave there. Counts would have no end. */
const MOST_VALUES = 24;

/**
 * Thrown through an op at its first access that has no answer yet. Not an Error: no stack is wanted, as an op is stopped at
 * each of its accesses, and C cannot catch it.
 */
export class Asked {
  /** What may come of it. The list may grow. */
  readonly answers: readonly number[];
  constructor(answers: readonly number[]) {
    this.answers = answers;
  }
}

/** Of an access that has no result. */
const ONE: readonly number[] = [0];
/** Where the object may be linked, and what a check of the idle note may say: any of these, whatever ops have done before. */
const LINKS: readonly number[] = [0, 1, 2];
const IDLE: readonly number[] = [0, 1, 2];

/**
 * The values that words may have, by number of their place. They only grow: a value that some op has left may be met by any op,
 * whatever other words hold then.
 *
 *     states leave 1 and 2     dec_and_test leaves 0 and 1     a failed inc at 0 leaves 0xC0000000     { 1, 2, 0, 0xC0000000 }
 */
export class SoughtValues {
  readonly #places: SoughtPlaces;
  readonly #memory: StateMemory;
  readonly #values: number[][] = [];
  /** Whether some op has queued a callback. */
  isCallbackQueued = false;

  constructor(places: SoughtPlaces, memory: StateMemory) {
    this.#places = places;
    this.#memory = memory;
  }

  /** Those of a place. */
  of(place: number): readonly number[] {
    const { address, size } = this.#places.list[place]!;
    this.#values[place] ??= this.#memory.values(address, size);
    return this.#values[place];
  }

  /** One more, as long as there is room: a count goes up for ever, and an op that looks at it looks at small ones. */
  add(place: number, value: number): void {
    const values = this.of(place) as number[];
    if (values.length < MOST_VALUES && !values.includes(value | 0)) values.push(value | 0);
  }
}

/**
 * The object as ops find it while words are sought: each access is answered with the next of the answers given, and the first
 * that has none asks. A word may hold whatever a state or any op has left there, so one op at a time stands for all threads.
 */
export class SoughtObject implements RcuObject {
  readonly #values: SoughtValues;
  /** By number of their place, the count among them. They grow while an op runs. */
  readonly words: Word[] = [];
  readonly locks: Lock[] = [];
  readonly lock: Lock;
  readonly mutex: Lock;
  readonly timer: Lock;
  readonly list: Word;
  readonly rcu: RcuObject['rcu'];
  readonly idle: RcuObject['idle'];
  #answers: readonly number[] = [];
  #used = 0;

  constructor(places: SoughtPlaces, values: SoughtValues) {
    this.#values = values;
    const nothing = () => void this.#ask(ONE);
    this.lock = { acquire: nothing, release: nothing };
    this.mutex = this.lock;
    this.timer = this.lock;
    places.onAdded((place) => {
      this.words[place] = this.#word(place);
      this.locks[place] = this.lock;
    });
    this.list = { ...this.words[0]!, load: () => this.#ask(LINKS), store: nothing };
    this.rcu = {
      readLock: nothing,
      readUnlock: nothing,
      call: () => {
        values.isCallbackQueued = true;
        nothing();
      },
    };
    this.idle = { note: nothing, clear: nothing, check: () => this.#ask(IDLE) as 0 | 1 | 2 };
  }

  /** What the next run is answered. */
  begin(answers: readonly number[]): void {
    this.#answers = answers;
    this.#used = 0;
  }

  get count(): Word {
    return this.words[0]!;
  }

  use(): void {
    this.#ask(ONE);
  }

  free(): void {
    this.#ask(ONE);
  }

  #ask(possible: readonly number[]): number {
    if (this.#used === this.#answers.length) throw new Asked(possible);
    return this.#answers[this.#used++]!;
  }

  /** What an access leaves is noted before it asks: it is there whatever the op does afterwards. */
  #word(place: number): Word {
    const values = this.#values;
    const change = (next: (old: number) => number) => {
      for (const old of [...values.of(place)]) values.add(place, next(old));
      return this.#ask(values.of(place));
    };
    return {
      load: () => this.#ask(values.of(place)),
      store: (value) => {
        values.add(place, value);
        this.#ask(ONE);
      },
      exchange: (value) => change(() => value),
      fetchAdd: (value) => change((old) => old + value),
      fetchSub: (value) => change((old) => old - value),
      compareExchange: (expected, desired) => change((old) => (old === (expected | 0) ? desired : old)),
      update: (next) => {
        const old = this.#ask(values.of(place));
        const desired = next(old);
        if (desired !== KEEP) values.add(place, desired);
        return old;
      },
      repeat: (round) => void round(),
      warn: () => {},
    };
  }
}

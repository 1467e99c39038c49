import {
  type BitChange,
  type Condition,
  KEEP,
  type MemoryOrder,
  type SharedWord,
  type Warning,
  type Word,
} from '../../targets/subject/word.ts';
import { Access } from './access.ts';
import type { MakeAccess } from './access-request.ts';
import { OF_BITS, UNTIL } from './kinds-of-access.ts';

/** What is no access of the word: the rounds of a loop, warnings, and fences. */
export type Rounds = Pick<Word, 'repeat' | 'warn' | 'fence'>;

/**
 * A word as ops see it, each method an access. A class, as several are made for each run of an op, and most of them are never
 * used.
 */
export class RecordedWord implements SharedWord {
  readonly #index: number;
  readonly #access: MakeAccess;
  readonly #rounds: Rounds;

  /** @param index by `WordIndex` @param access makes an access as a recorder makes it */
  constructor(index: number, access: MakeAccess, rounds: Rounds) {
    this.#index = index;
    this.#access = access;
    this.#rounds = rounds;
  }

  load(order: MemoryOrder = 'full'): number {
    return this.#access({ kind: Access.LOAD, word: this.#index, order });
  }

  store(a: number, order: MemoryOrder = 'full'): void {
    this.#access({ kind: Access.STORE, word: this.#index, a, order });
  }

  exchange(a: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: Access.EXCHANGE, word: this.#index, a, order });
  }

  fetchAdd(a: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: Access.FETCH_ADD, word: this.#index, a, order });
  }

  fetchSub(a: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: Access.FETCH_SUB, word: this.#index, a, order });
  }

  fetchBits(how: BitChange, a: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: OF_BITS[how], word: this.#index, a, order });
  }

  await(condition: Condition, a: number, b: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: UNTIL[condition], word: this.#index, a, b, order });
  }

  compareExchange(a: number, b: number, order: MemoryOrder = 'full'): number {
    return this.#access({ kind: Access.COMPARE_EXCHANGE, word: this.#index, a, b, order });
  }

  update(next: (old: number) => number | typeof KEEP, order: MemoryOrder = 'full'): number {
    const old = this.#access({ kind: Access.LOAD, word: this.#index, order: 'relaxed' });
    const desired = next(old);
    // Only the successful attempt is ever replayed: trees fold a failed one onto the load.
    if (desired !== KEEP)
      this.#access({
        kind: Access.COMPARE_EXCHANGE,
        word: this.#index,
        a: old,
        b: desired,
        order,
        inLoop: true,
      });
    return old;
  }

  repeat(round: () => boolean): void {
    this.#rounds.repeat(round);
  }

  warn(warning: Warning): void {
    this.#rounds.warn(warning);
  }

  fence(order: MemoryOrder): void {
    this.#rounds.fence(order);
  }
}

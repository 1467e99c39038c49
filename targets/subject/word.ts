/** Memory orders as C and the kernel name them. They are carried, and shown, but explored as sequentially consistent. */
export type MemoryOrder = 'relaxed' | 'acquire' | 'release' | 'full';

/** What an `update` callback returns to leave the word as it is. */
export const KEEP = Symbol('keep');

/** A report of misuse, as the kernel prints it. */
export interface Warning {
  /** The kernel's own name of the condition, e.g. `ADD_UAF`. */
  readonly kind: string;
  /** The text after "refcount_t: ". Two counters agree on a warning when their texts agree. */
  readonly text: string;
}

/**
 * One shared 32-bit cell, as an op sees it. Every method but `warn` is one *access*: indivisible, and a point
 * where another thread may come between. Values are signed 32-bit integers.
 */
export interface Word {
  load(order?: MemoryOrder): number;
  store(value: number, order?: MemoryOrder): void;
  /** @returns the old value */
  exchange(value: number, order?: MemoryOrder): number;
  /** @returns the old value; the sum wraps, as the kernel is built with wrapping signed overflow */
  fetchAdd(value: number, order?: MemoryOrder): number;
  /** @returns the old value */
  fetchSub(value: number, order?: MemoryOrder): number;
  /** Stores `desired` when the word equals `expected`. @returns the old value */
  compareExchange(expected: number, desired: number, order?: MemoryOrder): number;
  /**
   * The compare-exchange loop of the kernel: load; compute; `try_cmpxchg`; on failure compute again from the
   * value seen. `next` must be a pure function of its argument.
   *
   * @returns the old value: the one that was replaced, or the one for which `next` returned KEEP
   */
  update(next: (old: number) => number | typeof KEEP, order?: MemoryOrder): number;
  /**
   * A loop that may not end by itself, such as `while (refcount_dec_not_one(r)) ;`: rounds until one returns true. A
   * round must make an access, and carry nothing over to the next but the word.
   */
  repeat(round: () => boolean): void;
  /** Reports misuse. Not an access. */
  warn(warning: Warning): void;
}

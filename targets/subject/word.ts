/**
 * Memory orders as C and the kernel name them. What an access reads is explored as sequentially consistent; what is known
 * across threads by its order is asked with `memory: kernel` alone, see oracles/ordering.ts.
 */
export type MemoryOrder = 'relaxed' | 'acquire' | 'release' | 'full';

/**
 * Fences as bits, so that several between two accesses are one number: 1 makes what was read before known, 2 lets later
 * writes carry what is known, 4 is `smp_mb` and has both.
 */
export const FENCE_BITS: Readonly<Record<MemoryOrder, number>> = {
  relaxed: 0,
  acquire: 1,
  release: 2,
  full: 7,
};

/** Whether fences between two accesses, as FENCE_BITS has them, are a full barrier. */
export function isFullFence(fences: number): boolean {
  return (fences & FENCE_BITS.full) === FENCE_BITS.full;
}

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
 * Read-modify-writes of single bits: one access each, as on every machine that the kernel runs on. `and` with the complement
 * clears bits, as `atomic_andnot` and `clear_bit` do.
 */
export type BitChange = 'and' | 'or' | 'xor';

/** What one of them leaves. */
export function bitsChanged(old: number, how: BitChange, value: number): number {
  if (how === 'and') return old & value;
  return how === 'or' ? old | value : old ^ value;
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
  /** @returns the old value */
  fetchBits(how: BitChange, value: number, order?: MemoryOrder): number;
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
  /**
   * Orders the accesses of this thread, as `smp_rmb`, `smp_acquire__after_ctrl_dep` (acquire), `smp_wmb` (release) and
   * `smp_mb` do. Not an access: nobody can come between it and the next.
   */
  fence(order: MemoryOrder): void;
}

/** What the waiting access of a word wants it to be: compared as signed numbers, or by the bits that an operand has. */
export type Condition = 'equal' | 'other' | 'at-least' | 'clear' | 'set';

/** A word of an object, whose threads can wait for what it holds. */
export interface SharedWord extends Word {
  /**
   * Waits until the word is as wanted, and adds to it: one access, which cannot be made before. A thread for which it never
   * can is stuck.
   *
   *     await('at-least', 1, -1)     down() of a semaphore
   *     await('clear', 1, 1)         takes a lock that is bit 0
   *     await('clear', 1, 0)         a reader waits until a writer's sequence is even
   *
   * @param add 0 to leave it as it is
   * @returns the old value
   */
  await(condition: Condition, operand: number, add: number, order?: MemoryOrder): number;
}

import type { BitChange, Condition, MemoryOrder } from './word.ts';

/** What a read-modify-write of bits leaves. */
export function bitsChangedWide(old: bigint, how: BitChange, value: bigint): bigint {
  if (how === 'and') return old & value;
  return how === 'or' ? old | value : old ^ value;
}

/**
 * One shared cell of 64 bits, or two neighbouring ones of 32 that an access changes together: the first of them is the
 * lower half. As `SharedWord`, with signed numbers of 64 bits; loops are written with the `repeat` of any word.
 *
 * A lock among two neighbours holds 0 while it is free, and 1 while somebody has it.
 *
 *     object.wide[0].fetchAdd(1n)                        the count, where `Scheme.isCountWide` says that it has 64 bits
 *     object.pairs[0].compareExchange(0n, 1n << 32n)     a free lock stays free, and the count beside it becomes 1
 */
export interface WideWord {
  load(order?: MemoryOrder): bigint;
  store(value: bigint, order?: MemoryOrder): void;
  /** This and those that follow: @returns the old value */
  exchange(value: bigint, order?: MemoryOrder): bigint;
  fetchAdd(value: bigint, order?: MemoryOrder): bigint;
  fetchSub(value: bigint, order?: MemoryOrder): bigint;
  fetchBits(how: BitChange, value: bigint, order?: MemoryOrder): bigint;
  compareExchange(expected: bigint, desired: bigint, order?: MemoryOrder): bigint;
  await(condition: Condition, operand: bigint, add: bigint, order?: MemoryOrder): bigint;
}

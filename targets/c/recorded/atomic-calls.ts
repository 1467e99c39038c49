import type { MemoryOrder, Word } from '../../subject/word.ts';

/**
 * The compiler's calls for atomic accesses, `__tsan_atomic32_fetch_add(address, value, order)` and its like: the
 * recorded build is compiled for the thread sanitizer, whose pass turns every atomic instruction into such a call,
 * whatever header or builtin the source used, and keeps its memory order.
 */
export interface AtomicCall {
  /** Bytes: 1, 2 or 4. */
  readonly size: 1 | 2 | 4;
  /** Whether it only reads. */
  readonly reads?: boolean;
  /** What it does to a shared word. @returns its result */
  onWord(word: Word, args: readonly number[]): number | undefined;
  /** What it leaves in a cell that nobody else sees, an atomic local variable, and what it returns. */
  onCell(
    old: number,
    args: readonly number[],
  ): { readonly value: number; readonly result: number | undefined };
}

/**
 * The pass names the width in bits and the operation: `__tsan_atomic16_fetch_or` changes a word of two bytes.
 *
 * @returns undefined for a name that is none of these, among them accesses of more than 32 bits: see wide-calls.ts
 */
export function atomicCall(name: string): AtomicCall | undefined {
  const match = /^__tsan_atomic(8|16|32)_(\w+)$/.exec(name);
  if (!match) return undefined;
  const size = (Number(match[1]) / 8) as AtomicCall['size'];
  const kind = match[2]!;
  if (kind === 'load') return load(size);
  if (kind === 'store') return store(size);
  if (kind.startsWith('compare_exchange')) return compareExchange(size);
  const change = CHANGES[kind];
  return change && readModifyWrite(size, change, kind);
}

/** As clang numbers them; consume is treated as acquire, and both acquire and release as full. */
const ORDERS: readonly MemoryOrder[] = ['relaxed', 'acquire', 'acquire', 'release', 'full', 'full'];

/** An order that is missing or has no such number counts as the strongest, so that nothing is reordered by mistake. */
export function orderOf(code: number | undefined): MemoryOrder {
  return ORDERS[code ?? 5] ?? 'full';
}

/**
 * A value of `size` bytes as C passes it: unsigned where it is shorter than a word. `truncated(-1, 1)` is 255, and
 * `truncated(-1, 4)` stays -1: a full word is signed.
 */
export function truncated(value: number, size: number): number {
  if (size === 4) return value | 0;
  return value & (size === 1 ? 0xff : 0xffff);
}

/**
 * Arguments are the address and the order; an address means nothing to a `Word`, so it is passed over. They are taken by
 * index: an op is run again for each of its accesses, and to take an array apart costs more than the access.
 */
function load(size: AtomicCall['size']): AtomicCall {
  return {
    size,
    reads: true,
    onWord: (word, args) => word.load(orderOf(args[1])),
    onCell: (old) => ({ value: old, result: old }),
  };
}

/** The value comes as an i32 whatever the width is; bits above the width are whatever the compiler left there. */
function store(size: AtomicCall['size']): AtomicCall {
  return {
    size,
    onWord: (word, args) => {
      word.store(truncated(args[1]!, size), orderOf(args[2]));
      return undefined;
    },
    onCell: (_, [, value]) => ({ value: truncated(value!, size), result: undefined }),
  };
}

/**
 * `__tsan_atomic32_compare_exchange_val(address, expected, desired, success, failure)`. It returns the old value, and
 * the compiled code compares that with `expected` itself. The order on failure is not used: a `Word` takes one order.
 */
function compareExchange(size: AtomicCall['size']): AtomicCall {
  return {
    size,
    onWord: (word, args) =>
      word.compareExchange(truncated(args[1]!, size), truncated(args[2]!, size), orderOf(args[3])),
    onCell: (old, [, expected, desired]) => ({
      // The cell is read as unsigned, and a full word is compared as signed.
      value: truncated(old, size) === truncated(expected!, size) ? truncated(desired!, size) : old,
      result: old,
    }),
  };
}

/** What a read-modify-write leaves, of what was there and its operand; bits beyond the width are cut off afterwards. */
type Change = (old: number, value: number) => number;

const CHANGES: Readonly<Record<string, Change>> = {
  exchange: (_, value) => value,
  fetch_add: (old, value) => old + value,
  fetch_sub: (old, value) => old - value,
  fetch_and: (old, value) => old & value,
  fetch_or: (old, value) => old | value,
  fetch_xor: (old, value) => old ^ value,
  fetch_nand: (old, value) => ~(old & value),
};

/** An access that a `Word` has of its own. */
type Own = (word: Word, value: number, order: MemoryOrder) => number;

/** On a word that holds 5, `__tsan_atomic32_fetch_or(address, 2, order)` leaves 7 and returns 5. */
const OWN: Readonly<Record<string, Own>> = {
  exchange: (word, value, order) => word.exchange(value, order),
  fetch_and: (word, value, order) => word.fetchBits('and', value, order),
  fetch_or: (word, value, order) => word.fetchBits('or', value, order),
  fetch_xor: (word, value, order) => word.fetchBits('xor', value, order),
};

/** The same where the word is a full one. A narrower one must wrap around at its own width, which these do not. */
const OWN_OF_FULL: Readonly<Record<string, Own>> = {
  ...OWN,
  fetch_add: (word, value, order) => word.fetchAdd(value, order),
  fetch_sub: (word, value, order) => word.fetchSub(value, order),
};

/** The others are made as a compare-exchange loop: one more access, and the same outcomes. */
function readModifyWrite(size: AtomicCall['size'], change: Change, kind: string): AtomicCall {
  const own = (size === 4 ? OWN_OF_FULL : OWN)[kind];
  return {
    size,
    onWord: (word, args) =>
      own
        ? own(word, truncated(args[1]!, size), orderOf(args[2]))
        : word.update((old) => truncated(change(old, args[1]!), size), orderOf(args[2])),
    onCell: (old, [, value]) => ({ value: truncated(change(old, value!), size), result: old }),
  };
}

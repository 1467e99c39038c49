import type { WideWord } from '../../subject/wide-word.ts';
import type { BitChange, MemoryOrder } from '../../subject/word.ts';
import { orderOf } from './atomic-calls.ts';

/**
 * As `AtomicCall`, for accesses of 8 bytes: `__tsan_atomic64_fetch_add(address, value, order)` and its like. The address and
 * the orders are i32, and come as numbers; values are i64, and come as big integers, whose sign is the compiler's affair.
 */
export interface WideCall {
  readonly size: 8;
  /** Whether it only reads. */
  readonly reads?: boolean;
  onWord(word: WideWord, args: readonly (number | bigint)[]): bigint | undefined;
  onCell(
    old: bigint,
    args: readonly (number | bigint)[],
  ): { readonly value: bigint; readonly result: bigint | undefined };
}

/** @returns undefined for a name that is none of these */
export function wideCall(name: string): WideCall | undefined {
  const kind = /^__tsan_atomic64_(\w+)$/.exec(name)?.[1];
  if (kind === undefined) return undefined;
  if (kind === 'load') return LOAD;
  if (kind === 'store') return STORE;
  if (kind.startsWith('compare_exchange')) return COMPARE_EXCHANGE;
  const change = CHANGES[kind];
  return (
    change && { size: 8, onWord: (word, args) => ownChange(kind, word, args), onCell: changedBy(change) }
  );
}

/**
 * Whether a module makes atomic accesses of 8 bytes. Only then are neighbours a pair: a source without them could do nothing
 * with it, and its states would be larger.
 */
export function accessesWide(imports: readonly { readonly name: string }[]): boolean {
  return imports.some(({ name }) => wideCall(name) !== undefined);
}

// Arguments are the address, the operands and the order, as in atomic-calls.ts.

const LOAD: WideCall = {
  size: 8,
  reads: true,
  onWord: (word, args) => word.load(orderAt(args, 1)),
  onCell: (old) => ({ value: old, result: old }),
};

const STORE: WideCall = {
  size: 8,
  onWord: (word, args) => {
    word.store(signed(args[1]), orderAt(args, 2));
    return undefined;
  },
  onCell: (_, args) => ({ value: signed(args[1]), result: undefined }),
};

const COMPARE_EXCHANGE: WideCall = {
  size: 8,
  onWord: (word, args) => word.compareExchange(signed(args[1]), signed(args[2]), orderAt(args, 3)),
  onCell: (old, args) => ({ value: old === signed(args[1]) ? signed(args[2]) : old, result: old }),
};

/** What a read-modify-write leaves; what does not fit into 64 bits wraps around where it is written. */
type Change = (old: bigint, value: bigint) => bigint;

const CHANGES: Readonly<Record<string, Change>> = {
  exchange: (_, value) => value,
  fetch_add: (old, value) => old + value,
  fetch_sub: (old, value) => old - value,
  fetch_and: (old, value) => old & value,
  fetch_or: (old, value) => old | value,
  fetch_xor: (old, value) => old ^ value,
  fetch_nand: (old, value) => ~(old & value),
};

function ownChange(kind: string, word: WideWord, args: readonly (number | bigint)[]): bigint {
  const value = signed(args[1]);
  const order = orderAt(args, 2);
  switch (kind) {
    case 'exchange':
      return word.exchange(value, order);
    case 'fetch_add':
      return word.fetchAdd(value, order);
    case 'fetch_sub':
      return word.fetchSub(value, order);
    case 'fetch_nand':
      return nand(word, value, order);
    default:
      return word.fetchBits(kind.slice('fetch_'.length) as BitChange, value, order);
  }
}

/** No machine has it as one access: a compare-exchange loop. */
function nand(word: WideWord, value: bigint, order: MemoryOrder): bigint {
  let old = word.load('relaxed');
  for (;;) {
    const seen = word.compareExchange(old, ~(old & value), order);
    if (seen === old) return old;
    old = seen;
  }
}

function changedBy(change: Change): WideCall['onCell'] {
  return (old, args) => ({ value: change(old, signed(args[1])), result: old });
}

function signed(value: number | bigint | undefined): bigint {
  return BigInt.asIntN(64, BigInt(value!));
}

function orderAt(args: readonly (number | bigint)[], at: number): MemoryOrder {
  return orderOf(args[at] === undefined ? undefined : Number(args[at]));
}

import type { WideWord } from '../../targets/subject/wide-word.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { Access } from './access.ts';
import type { MakeAccess } from './access-request.ts';
import { OF_BITS, UNTIL } from './kinds-of-access.ts';
import type { WideValues } from './wide-values.ts';

/**
 * A word of 64 bits as ops see it, or a pair: what the op says in big integers goes to the trees as numbers, and what they
 * answer comes back.
 *
 * @param word its number, or that of a pair
 */
export function recordedWide(word: number, values: WideValues, access: MakeAccess): WideWord {
  const made = (kind: number, order: MemoryOrder, a: bigint, b = 0n) =>
    values.valueOf(access({ kind, word, a: values.numberOf(a), b: values.numberOf(b), order }));
  return {
    load: (order = 'full') => made(Access.LOAD, order, 0n),
    store: (value, order = 'full') => void made(Access.STORE, order, value),
    exchange: (value, order = 'full') => made(Access.EXCHANGE, order, value),
    fetchAdd: (value, order = 'full') => made(Access.FETCH_ADD, order, value),
    fetchSub: (value, order = 'full') => made(Access.FETCH_SUB, order, value),
    fetchBits: (how, value, order = 'full') => made(OF_BITS[how], order, value),
    compareExchange: (expected, desired, order = 'full') =>
      made(Access.COMPARE_EXCHANGE, order, expected, desired),
    await: (condition, operand, add, order = 'full') => made(UNTIL[condition], order, operand, add),
  };
}

import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { bitsChangedWide, type WideWord } from '../../targets/subject/wide-word.ts';

type Pairs = NonNullable<Scheme['pairs']>;

// Ops of the base run on an object of the subject: see biased-view.ts. What is said there of words holds for words of 64 bits
// and for pairs as well; here is how they are found, and what a bias does to a count of 64 bits.

/** The pairs of the base by the places of the words in the subject. @param places by number of an own word of the base */
function pairsInSubject({ pairs = [] }: Scheme, places: readonly number[]): Pairs {
  const moved = (place: number) => (place === 0 ? 0 : places[place - 1]! + 1);
  return pairs.map(([low, high]) => [moved(low), moved(high)] as const);
}

/**
 * The pairs of both: those of the subject, and behind them those that only the base has. Ops of either side go on by the
 * numbers that they know: the subject's come first, as its words do.
 */
export function pairsOfBoth(subject: Scheme, base: Scheme, places: readonly number[]): Pairs {
  const own = subject.pairs ?? [];
  const others = pairsInSubject(base, places).filter((pair) => !own.some((one) => isSame(one, pair)));
  return [...own, ...others];
}

/** By number of a pair of the base: its number among those of both. */
export function pairNumbers(subject: Scheme, base: Scheme, places: readonly number[]): number[] {
  const all = pairsOfBoth(subject, base, places);
  return pairsInSubject(base, places).map((pair) => all.findIndex((one) => isSame(one, pair)));
}

function isSame([low, high]: Pairs[number], other: Pairs[number]): boolean {
  return low === other[0] && high === other[1];
}

/**
 * A count of 64 bits as ops see it that take it to be `bias` smaller.
 *
 *     the count holds 2^40 + 1, the bias is 1       load gives 2^40, store(0) stores 1
 */
export function biasedWide(word: WideWord, bias: number): WideWord {
  const by = BigInt(bias);
  const outside = (value: bigint) => value - by;
  return {
    load: (order) => outside(word.load(order)),
    store: (value, order) => word.store(value + by, order),
    exchange: (value, order) => outside(word.exchange(value + by, order)),
    fetchAdd: (value, order) => outside(word.fetchAdd(value, order)),
    fetchSub: (value, order) => outside(word.fetchSub(value, order)),
    compareExchange: (expected, desired, order) =>
      outside(word.compareExchange(expected + by, desired + by, order)),
    // Bits of another number: what they become is computed from the value.
    fetchBits(how, value, order) {
      let old = word.load('relaxed');
      for (;;) {
        const seen = word.compareExchange(old, bitsChangedWide(outside(old), how, value) + by, order);
        if (seen === old) return outside(old);
        old = seen;
      }
    },
    await: (condition, operand, add, order) => {
      if (condition === 'clear' || condition === 'set')
        throw new InputError('a count with a bias', 'none of its bits can be waited for');
      return outside(word.await(condition, operand + by, add, order));
    },
  };
}

import type { Counter } from '../subject/subject.ts';
import type { Warning, Word } from '../subject/word.ts';

/** Raw values of the word, signed: one reference is 0, and the zones lie where a race of some 2^29 ops does not lead. */
const SATURATED = 0xa0000000 | 0;
const RELEASED = 0xc0000000 | 0;
const DEAD = 0xe0000000 | 0;
const NO_REFERENCE = -1;

const SATURATES: Warning = { kind: 'SATURATED', text: 'rcuref saturated - leaking memory' };
const IMBALANCED: Warning = { kind: 'IMBALANCED', text: 'rcuref - imbalanced put()' };

/**
 * `rcuref_t` (include/linux/rcuref.h and lib/rcuref.c, since v6.4), under the names of the refcount_t ops that do the
 * same: rcuref_get is inc_not_zero, rcuref_put is dec_and_test, rcuref_init is set.
 *
 * Both add first, whatever is there, and look afterwards where the sum lies:
 *
 *     0x00000000…0x7FFFFFFF   1 to 2^31 references: the quick way out
 *     0x80000000…0xBFFFFFFF   saturated: put back to 0xA0000000
 *     0xC0000000…0xFFFFFFFE   dead: put back to 0xE0000000
 *     0xFFFFFFFF              none: the put that makes the word dead from here, by a compare-exchange, was the last
 *
 * Between the two accesses a get may revive the word, and then that put was not the last.
 */
export const rcuref: Counter = {
  kind: 'counter',
  name: 'rcuref',
  reading: 'unsigned',
  saturated: SATURATED,
  inSaturation: (value) => value < RELEASED,
  documented: 'rcuref',
  ops: {
    read: { arity: 0, run: (count) => referencesIn(count.load('relaxed')) },
    set: { arity: 1, run: (count, references) => count.store((references - 1) | 0, 'relaxed') },
    inc_not_zero: { arity: 0, run: get },
    dec_and_test: { arity: 0, run: put },
  },
  about: 'rcuref_t: adds first, looks afterwards; zones for saturated and dead words',
  source: 'include/linux/rcuref.h and lib/rcuref.c, v6.4 and later',
};

/** Dead words hold none. */
function referencesIn(value: number): number {
  return value < 0 && value >= RELEASED ? 0 : (value + 1) | 0;
}

/**
 * The sum is what this op alone has made. In a zone it looks again, for the word may have been put back or revived meanwhile;
 * then there is nothing to repair, and what was added counts as a reference.
 */
function get(count: Word): boolean {
  if (((count.fetchAdd(1, 'relaxed') + 1) | 0) >= 0) return true;
  // Others may have moved it on: what counts is where it lies now.
  const value = count.load('relaxed');
  if (value < 0 && value >= RELEASED) {
    count.store(DEAD, 'relaxed');
    return false;
  }
  if (value < 0) {
    count.warn(SATURATES);
    count.store(SATURATED, 'relaxed');
  }
  return true;
}

/**
 * Of the sum it is sure: no second look. The compare-exchange decides who was the last: it fails when a get has revived the word,
 * or when the put of that get was quicker.
 */
function put(count: Word): boolean {
  const value = (count.fetchSub(1, 'release') - 1) | 0;
  if (value >= 0) return false;
  if (value === NO_REFERENCE) return count.compareExchange(NO_REFERENCE, DEAD, 'release') === NO_REFERENCE;
  if (value >= RELEASED) {
    count.warn(IMBALANCED);
    count.store(DEAD, 'relaxed');
  } else count.store(SATURATED, 'relaxed');
  return false;
}

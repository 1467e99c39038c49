import type { Counter } from '../subject/subject.ts';
import { INT_MAX, REFCOUNT_SATURATED } from '../subject/values.ts';
import { KEEP as KEEP_WORD, type Warning, type Word } from '../subject/word.ts';
import { SUB_UAF } from './refcount-warnings.ts';

/** Kept in this module: V8 checks an imported constant at every use, and a sweep makes 10¹¹ of these. */
const KEEP: typeof KEEP_WORD = KEEP_WORD;

/** What the exception handler found in the flags, by its own words. */
const OVERFLOW: Warning = { kind: 'OVERFLOW', text: 'overflow' };
const HIT_ZERO: Warning = { kind: 'HIT_ZERO', text: 'hit zero' };

/**
 * `refcount_t` on x86 from v4.14 to v5.4 (arch/x86/include/asm/refcount.h and its exception handler).
 *
 * A locked instruction, then a jump on its flags into a trap whose handler stores INT_MIN / 2. It reports
 * only on the overflow flag, or on zero for `dec`; a counter that is already negative is pinned again in
 * silence. The window lies between the instruction and the handler.
 */
export const refcountX86: Counter = {
  kind: 'counter',
  name: 'refcount/x86',
  reading: 'signed',
  saturated: REFCOUNT_SATURATED,
  inSaturation: (value) => value < 0,
  documented: 'refcount/x86',
  ops: {
    read: { arity: 0, run: (count) => count.load('relaxed') },
    set: { arity: 1, run: (count, value) => count.store(value, 'relaxed') },

    // Full order, as a locked instruction of x86 has it, even where the kernel's contract asks for less.
    add: { arity: 1, run: (count, i) => trapIfNegative(count, count.fetchAdd(i, 'full'), i) },
    inc: { arity: 0, run: (count) => trapIfNegative(count, count.fetchAdd(1, 'full'), 1) },
    add_not_zero: { arity: 1, run: addNotZero },
    inc_not_zero: { arity: 0, run: (count) => addNotZero(count, 1) },

    sub_and_test: { arity: 1, run: subAndTest },
    dec_and_test: { arity: 0, run: (count) => subAndTest(count, 1) },
    dec: {
      arity: 0,
      run: (count) => {
        const old = count.fetchSub(1, 'full');
        if (old === 1) trap(count, HIT_ZERO);
        else trapIfNegative(count, old, -1);
      },
    },
    dec_if_one: { arity: 0, run: (count) => count.compareExchange(1, 0, 'release') === 1 },
    dec_not_one: { arity: 0, run: decNotOne },
  },
  about: 'refcount_t on x86 from v4.14 to v5.4: locked instruction, then an exception handler that saturates',
  source: 'arch/x86/include/asm/refcount.h, v4.14 to v5.4',
};

/** The exception handler: pin the counter, report only if the flags name a reason. */
function trap(count: Word, warning?: Warning): void {
  count.store(REFCOUNT_SATURATED, 'relaxed');
  if (warning) count.warn(warning);
}

/**
 * `js`: taken on a negative result. The overflow flag says whether the sign bit is a lie. For `inc`:
 *
 * | old     | sum as 32 bits | exact   | word       | warns    |
 * |---------|----------------|---------|------------|----------|
 * | INT_MAX | INT_MIN        | 2^31    | 0xC0000000 | overflow |
 * | -2      | -1             | -1      | 0xC0000000 |          |
 * | -1      | 0              | 0       | 0          |          |
 *
 * The last row is why this generation does not notice a count that comes back from below 0.
 */
function trapIfNegative(count: Word, old: number, delta: number): void {
  const sum = (old + delta) | 0;
  if (sum < 0) trap(count, sum === old + delta ? undefined : OVERFLOW);
}

/** As `trapIfNegative` with -i, which would not be a 32-bit integer for INT_MIN. */
function subAndTest(count: Word, i: number): boolean {
  const old = count.fetchSub(i, 'full');
  const difference = (old - i) | 0;
  if (difference < 0) trap(count, difference === old - i ? undefined : OVERFLOW);
  return difference === 0;
}

/**
 * Checks before it stores: the exception is raised by hand, and the loop then ends as if it had succeeded.
 * What the handler reports depends on the flags the compiler's last comparison left; an overflowing sum sets
 * the overflow flag there, the other conditions are taken to be silent.
 */
function addNotZero(count: Word, i: number): boolean {
  const bad = (value: number) => value < 0 || value === INT_MAX || ((value + i) | 0) < value;
  const old = count.update((value) => (value === 0 || bad(value) ? KEEP : (value + i) | 0), 'relaxed');
  if (old === 0) return false;
  if (bad(old)) trap(count, old + i > INT_MAX ? OVERFLOW : undefined);
  return true;
}

/** From lib/refcount.c, which tested for UINT_MAX although this variant saturates at INT_MIN / 2. */
function decNotOne(count: Word): boolean {
  const old = count.update((value) => {
    if (value === -1 || value === 1 || value === 0) return KEEP;
    return (value - 1) | 0;
  }, 'release');
  if (old === 0) count.warn(SUB_UAF);
  return old !== 1;
}

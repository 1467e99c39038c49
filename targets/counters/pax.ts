import type { Counter } from '../subject/subject.ts';
import { INT_MAX, INT_MIN } from '../subject/values.ts';
import { KEEP as KEEP_WORD, type Warning, type Word } from '../subject/word.ts';
import { atomic } from './atomic.ts';

/** Kept in this module: V8 checks an imported constant at every use, and a sweep makes 10¹¹ of these. */
const KEEP: typeof KEEP_WORD = KEEP_WORD;

/** A family's cold section: what it reports, and the end at which it pins the counter. */
interface Trap extends Warning {
  readonly pin: number;
}

const OVERFLOW: Trap = { kind: 'OVERFLOW', text: 'refcount overflow detected; process killed', pin: INT_MAX };
const UNDERFLOW: Trap = {
  kind: 'UNDERFLOW',
  text: 'refcount underflow detected; process killed',
  pin: INT_MIN,
};

/**
 * PaX REFCOUNT (2013 to 2016): `atomic_t` whose read-modify-writes trap on signed overflow.
 *
 * Only INT_MAX → INT_MIN and INT_MIN → INT_MAX are seen; zero is nothing special. The handler pins the
 * counter at the end that the op's family can fall off, after the locked instruction: a window. That the process is killed is
 * modelled by the warning alone; the thread goes on, so that programs stay comparable. What it returns is the sum
 * before it was pinned: `inc_return` at INT_MAX returns INT_MIN and leaves INT_MAX. `set`, `read`, `xchg`
 * and `cmpxchg` are not instrumented.
 */
export const pax: Counter = {
  kind: 'counter',
  name: 'pax',
  reading: 'signed',
  documented: 'pax',
  ops: {
    ...pick(['read', 'set', 'xchg', 'cmpxchg', 'try_cmpxchg', 'dec_if_one']),

    add: { arity: 1, run: (count, i) => void add(count, i) },
    inc: { arity: 0, run: (count) => void add(count, 1) },
    sub: { arity: 1, run: (count, i) => void sub(count, i) },
    dec: { arity: 0, run: (count) => void sub(count, 1) },

    add_return: { arity: 1, run: (count, i) => (add(count, i) + i) | 0 },
    // `xadd` of the negative, so an underflow is reported as an overflow, and pins at INT_MAX.
    sub_return: { arity: 1, run: (count, i) => (add(count, -i | 0) - i) | 0 },
    inc_return: { arity: 0, run: (count) => (add(count, 1) + 1) | 0 },
    dec_return: { arity: 0, run: (count) => (add(count, -1) - 1) | 0 },

    fetch_add: { arity: 1, run: add },
    fetch_sub: { arity: 1, run: (count, i) => add(count, -i | 0) },
    fetch_inc: { arity: 0, run: (count) => add(count, 1) },
    fetch_dec: { arity: 0, run: (count) => add(count, -1) },

    sub_and_test: { arity: 1, run: (count, i) => ((sub(count, i) - i) | 0) === 0 },
    dec_and_test: { arity: 0, run: (count) => sub(count, 1) === 1 },
    inc_and_test: { arity: 0, run: (count) => add(count, 1) === -1 },
    add_negative: { arity: 1, run: (count, i) => ((add(count, i) + i) | 0) < 0 },

    add_unless: { arity: 2, run: (count, a, unless) => addUnless(count, a, unless) !== unless },
    fetch_add_unless: { arity: 2, run: addUnless },
    inc_not_zero: { arity: 0, run: (count) => addUnless(count, 1, 0) !== 0 },
    add_not_zero: { arity: 1, run: (count, i) => addUnless(count, i, 0) !== 0 },
    dec_not_one: { arity: 0, run: (count) => addUnless(count, -1, 1) !== 1 },

    inc_unless_negative: {
      arity: 0,
      run: (count) => trappedUpdate(count, (old) => (old < 0 ? KEEP : old + 1), OVERFLOW) >= 0,
    },
    dec_unless_positive: {
      arity: 0,
      run: (count) => trappedUpdate(count, (old) => (old > 0 ? KEEP : old - 1), UNDERFLOW) <= 0,
    },
    dec_if_positive: {
      arity: 0,
      run: (count) => {
        // INT_MIN - 1 sets the overflow flag before the sign is looked at; a negative result stores nothing.
        const next = (value: number) => (value <= 0 && value !== INT_MIN ? KEEP : value - 1);
        return (trappedUpdate(count, next, UNDERFLOW) - 1) | 0;
      },
    },
  },
  about: 'PaX REFCOUNT: atomic_t that traps on signed overflow and pins the counter there',
  source: 'arch/x86/include/asm/atomic.h of the last public PaX',
};

/** The ops of `atomic` that PaX leaves as they are. */
function pick(names: readonly string[]): Counter['ops'] {
  return Object.fromEntries(Object.entries(atomic.ops).filter(([name]) => names.includes(name)));
}

/**
 * The `jo` after the locked instruction. Which way the sum went plays no part: the trap lies in the section
 * of the op's family, and the section decides what is reported and where the counter is pinned.
 *
 * @param exact the sum as a mathematical integer; outside 32 bits the flag is set
 */
function trapIfOverflown(count: Word, exact: number, family: Trap): void {
  if (exact <= INT_MAX && exact >= INT_MIN) return;
  count.store(family.pin, 'relaxed');
  count.warn(family);
}

/** `add`, `inc`, and all that is built on `xadd`: also `sub_return` and `fetch_sub`, which add the negative. */
function add(count: Word, i: number): number {
  const old = count.fetchAdd(i, 'full');
  trapIfOverflown(count, old + i, OVERFLOW);
  return old;
}

/** `sub` and `dec`, and the tests built on them. @returns the old value */
function sub(count: Word, i: number): number {
  const old = count.fetchSub(i, 'full');
  trapIfOverflown(count, old - i, UNDERFLOW);
  return old;
}

/** @returns the old value; `unless` itself where the op was refused */
function addUnless(count: Word, a: number, unless: number): number {
  return trappedUpdate(count, (old) => (old === unless ? KEEP : old + a), OVERFLOW);
}

/**
 * The flag is tested on the sum computed before `cmpxchg`, so a loop that would overflow traps without
 * having stored. `exact` gives the sum as a mathematical integer.
 */
function trappedUpdate(count: Word, exact: (old: number) => number | typeof KEEP, family: Trap): number {
  const overflows = (sum: number) => sum > INT_MAX || sum < INT_MIN;
  const old = count.update((value) => {
    const sum = exact(value);
    return sum === KEEP || overflows(sum) ? KEEP : sum | 0;
  }, 'full');
  const sum = exact(old);
  if (sum !== KEEP) trapIfOverflown(count, sum, family);
  return old;
}

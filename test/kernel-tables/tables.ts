/**
 * What the kernel's counters do at the ends of their range, as tables read off the kernel's sources. Nothing
 * here is derived from the subjects.
 *
 * The first column names ops, `/` between those that share a row. The other columns are the old value, in
 * hexadecimal; blocks of one table, parted by an empty line, only keep the lines short. A cell is
 *
 *     T→0 UF      returns true, stores 0, warns of UF
 *     F           returns false, stores nothing, warns of nothing
 *     -3          returns -3, stores nothing
 *     →SAT ?      returns nothing, stores the saturated value; whether it warns is not recorded
 *     …           like the cell to its left
 */

import { atomic } from '../../targets/counters/atomic.ts';
import { pax } from '../../targets/counters/pax.ts';
import { refcountV411 } from '../../targets/counters/refcount-v4.11.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import { refcountX86 } from '../../targets/counters/refcount-x86.ts';
import type { Counter } from '../../targets/subject/subject.ts';

/** What is known of a warning. The kernel gives kinds a name only since v5.5, PaX texts are left open. */
export interface Mark {
  readonly kind?: string;
  readonly text?: string;
}

export interface Table {
  readonly name: string;
  readonly subject: Counter;
  /** The value that `SAT` stands for. */
  readonly saturated?: number;
  readonly marks: Readonly<Record<string, Mark>>;
  /** How many cells the text holds, an op at a time: a second count, so that none is dropped in reading. */
  readonly cells: number;
  readonly text: string;
}

const ATOMIC: Table = {
  name: 'atomic_t at its boundaries',
  subject: atomic,
  marks: {},
  cells: 16 * 11,
  text: `
    op                             | 80000000   | bfffffff   | c0000000   | c0000001
    inc / add(1)                   | →80000001  | →c0000000  | →c0000001  | →c0000002
    dec / sub(1)                   | →7fffffff  | →bffffffe  | →bfffffff  | →c0000000
    inc_and_test                   | F→80000001 | F→c0000000 | F→c0000001 | F→c0000002
    dec_and_test                   | F→7fffffff | F→bffffffe | F→bfffffff | F→c0000000
    sub_and_test(2)                | F→7ffffffe | F→bffffffd | F→bffffffe | F→bfffffff
    add_negative(1)                | T→80000001 | T→c0000000 | T→c0000001 | T→c0000002
    add_negative(-1)               | F→7fffffff | T→bffffffe | T→bfffffff | T→c0000000
    inc_not_zero / add_unless(1,0) | T→80000001 | T→c0000000 | T→c0000001 | T→c0000002
    add_unless(1,-1)               | T→80000001 | T→c0000000 | T→c0000001 | T→c0000002
    add_unless(-1,1)               | T→7fffffff | T→bffffffe | T→bfffffff | T→c0000000
    inc_unless_negative            | F          | F          | F          | F
    dec_unless_positive            | T→7fffffff | T→bffffffe | T→bfffffff | T→c0000000
    dec_if_positive    | 2147483647→7fffffff    | -1073741826 | -1073741825 | -1073741824

    op                             | fffffffe   | ffffffff   | 00000000 | 00000001 | 00000002
    inc / add(1)                   | →ffffffff  | →0         | →1       | →2       | →3
    dec / sub(1)                   | →fffffffd  | →fffffffe  | →ffffffff | →0      | →1
    inc_and_test                   | F→ffffffff | T→0        | F→1      | F→2      | F→3
    dec_and_test                   | F→fffffffd | F→fffffffe | F→ffffffff | T→0    | F→1
    sub_and_test(2)                | F→fffffffc | F→fffffffd | F→fffffffe | F→ffffffff | T→0
    add_negative(1)                | T→ffffffff | F→0        | F→1      | F→2      | F→3
    add_negative(-1)               | T→fffffffd | T→fffffffe | T→ffffffff | F→0    | F→1
    inc_not_zero / add_unless(1,0) | T→ffffffff | T→0        | F→0      | T→2      | T→3
    add_unless(1,-1)               | T→ffffffff | F→ffffffff | T→1      | T→2      | T→3
    add_unless(-1,1)               | T→fffffffd | T→fffffffe | T→ffffffff | F→1    | T→1
    inc_unless_negative            | F          | F          | T→1      | T→2      | T→3
    dec_unless_positive            | T→fffffffd | T→fffffffe | T→ffffffff | F      | F
    dec_if_positive                | -3         | -2         | -1       | 0→0      | 1→1

    op                             | 7ffffffe            | 7fffffff
    inc / add(1)                   | →7fffffff           | →80000000
    dec / sub(1)                   | →7ffffffd           | →7ffffffe
    inc_and_test                   | F→7fffffff          | F→80000000
    dec_and_test                   | F→7ffffffd          | F→7ffffffe
    sub_and_test(2)                | F→7ffffffc          | F→7ffffffd
    add_negative(1)                | F→7fffffff          | T→80000000
    add_negative(-1)               | F→7ffffffd          | F→7ffffffe
    inc_not_zero / add_unless(1,0) | T→7fffffff          | T→80000000
    add_unless(1,-1)               | T→7fffffff          | T→80000000
    add_unless(-1,1)               | T→7ffffffd          | T→7ffffffe
    inc_unless_negative            | T→7fffffff          | T→80000000
    dec_unless_positive            | F                   | F
    dec_if_positive                | 2147483645→7ffffffd | 2147483646→7ffffffe
  `,
};

/** The forms that return a value, and the addends 0 and INT_MIN: given as rules, spelled out here. */
const ATOMIC_VALUES: Table = {
  name: 'atomic_t forms that return a value',
  subject: atomic,
  marks: {},
  cells: 17 * 5,
  text: `
    op                         | 80000000             | ffffffff    | 00000000    | 00000001  | 7fffffff
    read                       | -2147483648          | -1          | 0           | 1         | 2147483647
    set(5)                     | →5                   | →5          | →5          | →5        | →5
    inc_return / add_return(1) | -2147483647→80000001 | 0→0         | 1→1         | 2→2 | -2147483648→80000000
    dec_return / sub_return(1) | 2147483647→7fffffff  | -2→fffffffe | -1→ffffffff | 0→0 | 2147483646→7ffffffe
    fetch_inc / fetch_add(1)   | -2147483648→80000001 | -1→0        | 0→1         | 1→2 | 2147483647→80000000
    fetch_dec / fetch_sub(1)   | -2147483648→7fffffff | -1→fffffffe | 0→ffffffff  | 1→0 | 2147483647→7ffffffe
    xchg(7)                    | -2147483648→7        | -1→7        | 0→7         | 1→7       | 2147483647→7
    cmpxchg(1,5)               | -2147483648          | -1          | 0           | 1→5       | 2147483647
    try_cmpxchg(1,5)           | F                    | F           | F           | T→5       | F
    fetch_add_unless(1,0)      | -2147483648→80000001 | -1→0        | 0           | 1→2 | 2147483647→80000000
    add(0)                     | →80000000            | →ffffffff   | →0          | →1        | →7fffffff
    add(INT_MIN) / sub(INT_MIN) | →0                  | →7fffffff   | →80000000   | →80000001 | →ffffffff
  `,
};

const PAX_MARKS = { OVER: { kind: 'OVERFLOW' }, UNDER: { kind: 'UNDERFLOW' } };

const PAX: Table = {
  name: 'PaX REFCOUNT: what traps',
  subject: pax,
  marks: PAX_MARKS,
  cells: 5 * 5,
  text: `
    op           | 7fffffff        | 80000000         | ffffffff   | 00000000   | 00000001
    inc / add(1) | →7fffffff OVER  | →80000001        | →0         | →1         | →2
    dec          | →7ffffffe       | →80000000 UNDER  | →fffffffe  | →ffffffff  | →0
    dec_and_test | F→7ffffffe      | F→80000000 UNDER | F→fffffffe | F→ffffffff | T→0
    inc_not_zero | T→7fffffff OVER | T→80000001       | T→0        | F          | T→2
  `,
};

/**
 * The instrumented ops beyond the table, and the ones left alone. Only the sign overflow counts: zero is
 * crossed in silence. A caller gets the value computed, not the one pinned.
 */
const PAX_RULES: Table = {
  name: 'PaX REFCOUNT: which ops are instrumented',
  subject: pax,
  marks: PAX_MARKS,
  cells: 18 * 5,
  text: `
    op | 7fffffff | 80000000 | ffffffff | 00000000 | 00000001
    inc_and_test               | F→7fffffff OVER           | F→80000001           | T→0      | F→1      | F→2
    add_negative(1)            | T→7fffffff OVER           | T→80000001           | F→0      | F→1      | F→2
    add_unless(1,5)            | T→7fffffff OVER           | T→80000001           | T→0      | T→1      | T→2
    inc_unless_negative        | T→7fffffff OVER           | F                    | F        | T→1      | T→2
    add_return(1) / inc_return | -2147483648→7fffffff OVER | -2147483647→80000001 | 0→0      | 1→1      | 2→2
    fetch_add(1) / fetch_inc   | 2147483647→7fffffff OVER  | -2147483648→80000001 | -1→0     | 0→1      | 1→2

    op | 7fffffff | 80000000 | ffffffff | 00000000 | 00000001
    sub(1)                     | →7ffffffe           | →80000000 UNDER           | →fffffffe | →ffffffff | →0
    sub_and_test(1) | F→7ffffffe | F→80000000 UNDER | F→fffffffe | F→ffffffff | T→0
    dec_unless_positive        | F                   | T→80000000 UNDER          | T→fffffffe | T→ffffffff | F
    dec_if_positive            | 2147483646→7ffffffe | 2147483647→80000000 UNDER | -2       | -1       | 0→0

    op                         | 7fffffff            | 80000000      | ffffffff    | 00000000    | 00000001
    read                       | 2147483647          | -2147483648   | -1          | 0           | 1
    set(INT_MIN)               | →80000000           | →80000000     | →80000000   | →80000000   | →80000000
    xchg(INT_MIN)              | 2147483647→80000000 | -2147483648   | -1→80000000 | 0→80000000  | 1→80000000
    xchg(INT_MAX)              | 2147483647     | -2147483648→7fffffff | -1→7fffffff | 0→7fffffff | 1→7fffffff
    cmpxchg(INT_MAX,INT_MIN)   | 2147483647→80000000 | -2147483648   | -1          | 0           | 1
    try_cmpxchg(INT_MIN,INT_MAX) | F                 | T→7fffffff    | F           | F           | F
  `,
};

/**
 * Which end the counter is pinned to depends on how the op is instrumented, not on which way it went: the
 * add family and everything built on xadd report an overflow, the sub family an underflow.
 */
const PAX_DIRECTION: Table = {
  name: 'PaX REFCOUNT: an op traps the way it is instrumented, whatever the sign of its addend',
  subject: pax,
  marks: PAX_MARKS,
  cells: 10 * 5,
  text: `
    op                                   | 7fffffff         | 80000000        | ffffffff | 00000000 | 00000001
    add(-1)                              | →7ffffffe        | →7fffffff OVER  | →fffffffe | →ffffffff | →0
    add_negative(-1)                     | F→7ffffffe       | F→7fffffff OVER | T→fffffffe | T→ffffffff | F→0
    sub(-1)                              | →80000000 UNDER  | →80000001       | →0       | →1       | →2
    sub_and_test(-1)                     | F→80000000 UNDER | F→80000001      | T→0      | F→1      | F→2

    op                                   | 7fffffff            | 80000000
    add_return(-1) / sub_return(1)       | 2147483646→7ffffffe | 2147483647→7fffffff OVER
    dec_return                           | 2147483646→7ffffffe | 2147483647→7fffffff OVER
    fetch_add(-1) / fetch_sub(1)         | 2147483647→7ffffffe | -2147483648→7fffffff OVER
    fetch_dec                            | 2147483647→7ffffffe | -2147483648→7fffffff OVER

    op                                   | ffffffff    | 00000000    | 00000001
    add_return(-1) / sub_return(1)       | -2→fffffffe | -1→ffffffff | 0→0
    dec_return                           | -2→fffffffe | -1→ffffffff | 0→0
    fetch_add(-1) / fetch_sub(1)         | -1→fffffffe | 0→ffffffff  | 1→0
    fetch_dec                            | -1→fffffffe | 0→ffffffff  | 1→0
  `,
};

const V411: Table = {
  name: 'refcount_t of v4.11',
  subject: refcountV411,
  saturated: -1,
  marks: {
    SAT: { text: 'saturated; leaking memory' },
    INC0: { text: 'increment on 0; use-after-free' },
    ADD0: { text: 'addition on 0; use-after-free' },
    UF: { text: 'underflow; use-after-free' },
    HIT0: { text: 'decrement hit 0; leaking memory' },
  },
  cells: 13 * 9,
  text: `
    op                       | 80000000      | c0000000      | fffffffe      | ffffffff
    inc                      | →80000001     | →c0000001     | →ffffffff SAT | →ffffffff
    add(2)                   | →80000002     | →c0000002     | →ffffffff SAT | →ffffffff
    add(0)                   | →80000000     | →c0000000     | →fffffffe     | →ffffffff
    add(0xffffffff)          | →ffffffff SAT | →ffffffff SAT | →ffffffff SAT | →ffffffff
    add(0x80000000)          | →ffffffff SAT | →ffffffff SAT | →ffffffff SAT | →ffffffff
    inc_not_zero             | T→80000001    | T→c0000001    | T→ffffffff SAT | T→ffffffff
    dec                      | →7fffffff     | →bfffffff     | →fffffffd     | →ffffffff
    dec_and_test             | F→7fffffff    | F→bfffffff    | F→fffffffd    | F→ffffffff
    sub_and_test(0)          | F             | F             | F             | F
    sub_and_test(2)          | F→7ffffffe    | F→bffffffe    | F→fffffffc    | F→ffffffff
    sub_and_test(0xffffffff) | F UF          | F UF          | F UF          | F→ffffffff
    dec_if_one               | F             | F             | F             | F
    dec_not_one              | T→7fffffff    | T→bfffffff    | T→fffffffd    | T→ffffffff

    op                       | 00000000 | 00000001      | 00000002      | 7ffffffe      | 7fffffff
    inc                      | →0 INC0  | →2            | →3            | →7fffffff     | →80000000
    add(2)                   | →0 ADD0  | →3            | →4            | →80000000     | →80000001
    add(0)                   | →0 ADD0  | →1            | →2            | →7ffffffe     | →7fffffff
    add(0xffffffff)          | →0 ADD0  | →ffffffff SAT | →ffffffff SAT | →ffffffff SAT | →ffffffff SAT
    add(0x80000000)          | →0 ADD0  | →80000001     | →80000002     | →fffffffe     | →ffffffff SAT
    inc_not_zero             | F→0      | T→2           | T→3           | T→7fffffff    | T→80000000
    dec                      | →0 UF    | →0 HIT0       | →1            | →7ffffffd     | →7ffffffe
    dec_and_test             | F→0 UF   | T→0           | F→1           | F→7ffffffd    | F→7ffffffe
    sub_and_test(0)          | T→0      | F→1           | F→2           | F             | F
    sub_and_test(2)          | F→0 UF   | F→1 UF        | T→0           | F→7ffffffc    | F→7ffffffd
    sub_and_test(0xffffffff) | F UF     | F UF          | F UF          | F UF          | F UF
    dec_if_one               | F        | T→0           | F             | F             | F
    dec_not_one              | T→0 UF   | F→1           | T→1           | T→7ffffffd    | T→7ffffffe
  `,
};

/** `inc_not_zero` and `add_not_zero` raise their exception by hand; what it prints was not recorded. */
const X86: Table = {
  name: 'refcount_t on x86, v4.14 to v5.4',
  subject: refcountX86,
  saturated: -0x40000000,
  marks: {
    OVF: { text: 'overflow' },
    ZERO: { text: 'hit zero' },
    UF: { text: 'underflow; use-after-free' },
  },
  cells: 10 * 9,
  text: `
    op               | 80000000   | c0000000   | fffffffe   | ffffffff   | 00000000
    inc              | →SAT       | →SAT       | →SAT       | →0         | →1
    add(2)           | →SAT       | →SAT       | →0         | →1         | →2
    add(0x40000000)  | →SAT       | →0         | →3ffffffe  | →3fffffff  | →40000000
    add(-1)          | →7fffffff  | →SAT       | →SAT       | →SAT       | →SAT
    dec              | →7fffffff  | →SAT       | →SAT       | →SAT       | →SAT
    dec_and_test     | F→7fffffff | F→SAT      | F→SAT      | F→SAT      | F→SAT
    sub_and_test(0)  | F→SAT      | F→SAT      | F→SAT      | F→SAT      | T→0
    inc_not_zero     | T→SAT ?    | T→SAT ?    | T→SAT ?    | T→SAT ?    | F→0
    add_not_zero(-1) | T→SAT ?    | T→SAT ?    | T→SAT ?    | T→SAT ?    | F→0
    dec_not_one      | T→7fffffff | T→bfffffff | T→fffffffd | T→ffffffff | T→0 UF

    op               | 00000001   | 00000002   | 7ffffffe   | 7fffffff
    inc              | →2         | →3         | →7fffffff  | →SAT OVF
    add(2)           | →3         | →4         | →SAT OVF   | →SAT OVF
    add(0x40000000)  | →40000001  | →40000002  | →SAT OVF   | →SAT OVF
    add(-1)          | →0         | →1         | →7ffffffd  | →7ffffffe
    dec              | →SAT ZERO  | →1         | →7ffffffd  | →7ffffffe
    dec_and_test     | T→0        | F→1        | F→7ffffffd | F→7ffffffe
    sub_and_test(0)  | F→1        | F→2        | F          | F
    inc_not_zero     | T→2        | T→3        | T→7fffffff | T→SAT ?
    add_not_zero(-1) | T→SAT ?    | T→SAT ?    | T→SAT ?    | T→SAT ?
    dec_not_one      | F→1        | T→1        | T→7ffffffd | T→7ffffffe
  `,
};

const V55_MARKS = {
  OVF: { kind: 'ADD_OVF', text: 'saturated; leaking memory' },
  NZ_OVF: { kind: 'ADD_NOT_ZERO_OVF', text: 'saturated; leaking memory' },
  UAF: { kind: 'ADD_UAF', text: 'addition on 0; use-after-free' },
  UF: { kind: 'SUB_UAF', text: 'underflow; use-after-free' },
  LEAK: { kind: 'DEC_LEAK', text: 'decrement hit 0; leaking memory' },
};

const V55: Table = {
  name: 'refcount_t since v5.5',
  subject: refcountV55,
  saturated: -0x40000000,
  marks: V55_MARKS,
  cells: 19 * 12,
  text: `
    op                        | 80000000 | 80000001 | bfffffff | c0000000 | c0000001 | fffffffe | ffffffff
    inc / add(1)              | →SAT OVF    | … | … | … | … | … | …
    add(0) / add(2)           | →SAT OVF    | … | … | … | … | … | …
    add(-1) / add(-2)         | →SAT OVF    | … | … | … | … | … | …
    add(INT_MAX) / add(INT_MIN) | →SAT OVF  | … | … | … | … | … | …
    add(0x40000000)           | →SAT OVF    | … | … | … | … | … | …
    inc_not_zero              | T→SAT NZ_OVF | … | … | … | … | … | …
    inc_not_zero_acquire      | T→SAT NZ_OVF | … | … | … | … | … | …
    add_not_zero(0)           | T→SAT NZ_OVF | … | … | … | … | … | …
    add_not_zero(-1)          | T→SAT NZ_OVF | … | … | … | … | … | …
    dec                       | →SAT LEAK   | … | … | … | … | … | …
    dec_and_test              | F→SAT UF    | … | … | … | … | … | …
    sub_and_test(0)           | F→SAT UF    | … | … | … | … | … | …
    sub_and_test(2)           | F→SAT UF    | … | … | … | … | … | …
    sub_and_test(-1)          | F→SAT UF    | … | … | … | … | … | …
    sub_and_test(INT_MAX)     | F→SAT UF    | … | … | … | … | … | …

    op                        | 00000000     | 00000001  | 00000002  | 7ffffffe     | 7fffffff
    inc / add(1)              | →SAT UAF     | →2        | →3        | →7fffffff    | →SAT OVF
    add(0)                    | →SAT UAF     | →1        | →2        | →7ffffffe    | →7fffffff
    add(2)                    | →SAT UAF     | →3        | →4        | →SAT OVF     | →SAT OVF
    add(-1)                   | →SAT UAF     | →0        | →1        | →7ffffffd    | →7ffffffe
    add(-2)                   | →SAT UAF     | →SAT OVF  | →0        | →7ffffffc    | →7ffffffd
    add(INT_MAX) / add(INT_MIN) | →SAT UAF   | →SAT OVF  | →SAT OVF  | →SAT OVF     | →SAT OVF
    add(0x40000000)           | →SAT UAF     | →40000001 | →40000002 | →SAT OVF     | →SAT OVF
    inc_not_zero              | F→0          | T→2       | T→3       | T→7fffffff   | T→SAT NZ_OVF
    inc_not_zero_acquire      | F→0          | T→2       | T→3       | T→7fffffff   | T→SAT NZ_OVF
    add_not_zero(0)           | F→0          | T→1       | T→2       | T→7ffffffe   | T→7fffffff
    add_not_zero(-1)          | F→SAT NZ_OVF | T→0       | T→1       | T→7ffffffd   | T→7ffffffe
    dec                       | →SAT LEAK    | →SAT LEAK | →1        | →7ffffffd    | →7ffffffe
    dec_and_test              | F→SAT UF     | T→0       | F→1       | F→7ffffffd   | F→7ffffffe
    sub_and_test(0)           | F→SAT UF     | F→1       | F→2       | F→7ffffffe   | F→7fffffff
    sub_and_test(2)           | F→SAT UF     | F→SAT UF  | T→0       | F→7ffffffc   | F→7ffffffd
    sub_and_test(-1)          | F→SAT UF     | F→2       | F→3       | F→7fffffff   | F→SAT UF
    sub_and_test(INT_MAX)     | F→SAT UF     | F→SAT UF  | F→SAT UF  | F→SAT UF     | T→0
  `,
};

/** Given as rules: `dec_not_one` knows one saturated value only, `dec_if_one` nothing but 1, `set` nothing. */
const V55_RULES: Table = {
  name: 'refcount_t since v5.5, the ops that do not saturate',
  subject: refcountV55,
  saturated: -0x40000000,
  marks: V55_MARKS,
  cells: 4 * 12,
  text: `
    op           | 80000000   | 80000001   | bfffffff   | c0000000 | c0000001   | fffffffe
    dec_if_one   | F          | F          | F          | F        | F          | F
    dec_not_one  | T→7fffffff | T→80000000 | T→bffffffe | T→SAT    | T→c0000000 | T→fffffffd
    set(INT_MIN) | →80000000  | …          | …          | …        | …          | …
    set(0)       | →0         | …          | …          | …        | …          | …

    op           | ffffffff   | 00000000   | 00000001   | 00000002 | 7ffffffe   | 7fffffff
    dec_if_one   | F          | F          | T→0        | F        | F          | F
    dec_not_one  | T→fffffffe | T→0 UF     | F→1        | T→1      | T→7ffffffd | T→7ffffffe
    set(INT_MIN) | →80000000  | …          | …          | …        | …          | …
    set(0)       | →0         | …          | …          | …        | …          | …
  `,
};

export const TABLES: readonly Table[] = [
  ATOMIC,
  ATOMIC_VALUES,
  PAX,
  PAX_RULES,
  PAX_DIRECTION,
  V411,
  X86,
  V55,
  V55_RULES,
];

/** One cell, for one op. */
export interface Row {
  /** `refcount/v5.5 add(2) from 0x7ffffffe` */
  readonly title: string;
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly old: number;
  readonly result: boolean | number | undefined;
  readonly value: number;
  /** `unknown`: not recorded. */
  readonly warning: Mark | 'none' | 'unknown';
}

/** @throws Error naming the cell that it cannot read */
export function readTable(table: Table): Row[] {
  return table.text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block) => readBlock(table, block));
}

function readBlock(table: Table, block: string): Row[] {
  const [header, ...lines] = block.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const [corner, ...columns] = header ?? [];
  if (corner !== 'op' || columns.length === 0) throw new Error(`${table.name}: not a header: ${header}`);
  const olds = columns.map((column) => {
    if (!/^[0-9a-f]{8}$/.test(column)) throw new Error(`${table.name}: not an old value: "${column}"`);
    return Number.parseInt(column, 16) | 0;
  });
  return lines.flatMap(([ops, ...cells]) => {
    if (cells.length !== olds.length) throw new Error(`${table.name}: ${cells.length} cells for "${ops}"`);
    const spelled = cells.map((cell, i) =>
      cell === '…' ? cells.slice(0, i).findLast((c) => c !== '…') : cell,
    );
    const call = (ops ?? '').split('/').map((op) => readCall(table, op.trim()));
    const outcomes = spelled.map((cell, i) =>
      readCell(table, `${ops} from ${columns[i]}`, cell ?? '', olds[i]!),
    );
    if (new Set(outcomes.map(({ result }) => typeof result)).size !== 1) {
      throw new Error(`${table.name}: results of more than one type for "${ops}"`);
    }
    return call.flatMap(({ text, op, a, b }) =>
      outcomes.map((outcome, i) => {
        const title = `${table.subject.name} ${text} from 0x${columns[i]}`;
        return { title, op, a, b, old: olds[i]!, ...outcome };
      }),
    );
  });
}

function readCall(table: Table, text: string): { text: string; op: string; a: number; b: number } {
  const match = /^([a-z_]+)(?:\(([^(),]+)(?:,([^(),]+))?\))?$/.exec(text);
  if (!match) throw new Error(`${table.name}: not an op: "${text}"`);
  const op = match[1]!;
  const given = match.slice(2).filter((argument) => argument !== undefined);
  const arity = table.subject.ops[op]?.arity;
  if (arity !== given.length)
    throw new Error(`${table.name}: ${op} with ${given.length} arguments, not ${arity}`);
  const [a = 0, b = 0] = given.map((argument) => {
    if (argument === 'INT_MAX') return 0x7fffffff;
    if (argument === 'INT_MIN') return -0x80000000;
    if (!/^(-?\d+|0x[0-9a-f]+)$/.test(argument))
      throw new Error(`${table.name}: not an argument: "${argument}"`);
    return Number(argument) | 0;
  });
  return { text, op, a, b };
}

function readCell(
  table: Table,
  where: string,
  cell: string,
  old: number,
): Pick<Row, 'result' | 'value' | 'warning'> {
  const match = /^(T|F|-?\d+)?(?:→(SAT|[0-9a-f]{1,8}))?(?: (\?|[A-Z0-9_]+))?$/.exec(cell);
  const [, result, stored, mark] = match ?? [];
  if (result === undefined && stored === undefined)
    throw new Error(`${table.name}: ${where}: not a cell: "${cell}"`);
  if (stored === 'SAT' && table.saturated === undefined)
    throw new Error(`${table.name}: ${where}: SAT is no value`);
  const warning = mark === undefined ? 'none' : mark === '?' ? 'unknown' : table.marks[mark];
  if (warning === undefined) throw new Error(`${table.name}: ${where}: no warning is called ${mark}`);
  return {
    result: result === undefined ? undefined : result === 'T' || (result === 'F' ? false : Number(result)),
    value: stored === undefined ? old : stored === 'SAT' ? table.saturated! : Number.parseInt(stored, 16) | 0,
    warning,
  };
}

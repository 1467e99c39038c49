import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuzz } from '../refuzz.ts';

/** Sources by which a checker is led astray. What is asked of each is the exit code, and a word of the answer. */
const folder = mkdtempSync(join(tmpdir(), 'refuzz-attacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A counter with a parting that may be anything. */
const counter = (leave: string, more = ''): string => `#include <refuzz.h>
#include <linux/bug.h>
struct room { int guests; };
${more}
REFUZZ_COUNTER(struct room, guests);
REFUZZ_OP(void, inc) { __atomic_fetch_add(&counter->guests, 1, __ATOMIC_RELAXED); }
REFUZZ_OP(bool, dec_and_test) { ${leave} }
`;
const LEAVE = 'return __atomic_fetch_sub(&counter->guests, 1, __ATOMIC_ACQ_REL) == 1;';

/** A protocol with a state, and an act that may be anything. */
const protocol = (
  act: string,
  state = 'REFUZZ_STATE(one) { refcount_set(&object->guests, 1); refuzz_hold(0); }',
  more = '',
): string => `#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/mutex.h>
struct room { refcount_t guests; struct mutex door; int *key; };
${more}
REFUZZ_SCHEME(struct room, guests);
REFUZZ_FIELD(door);
${state}
REFUZZ_PUT(leave) { if (refcount_dec_and_test(&object->guests)) kfree(object); }
REFUZZ_ACT(clean) { ${act} }
`;
const CLEAN = 'return refuzz_linked() ? REFUZZ_GRANTED : REFUZZ_REFUSED;';

const ATTACKS: readonly (readonly [
  what: string,
  before: string,
  after: string,
  code: number,
  answer: RegExp,
])[] = [
  ['nothing', counter(LEAVE), counter(LEAVE), 0, /equivalent/],
  [
    // It is a word, whoever declares it: the other source has none, and answers otherwise.
    'a state that writes what is not declared',
    protocol(CLEAN),
    protocol(
      CLEAN,
      'static int seen;\nREFUZZ_STATE(one) { seen = 1; refcount_set(&object->guests, 1); refuzz_hold(0); }',
      '',
    ).replace(CLEAN, `return seen ? REFUZZ_GRANTED : REFUZZ_REFUSED;`),
    1,
    /clean is granted, where before\.c has refused/,
  ],
  [
    'a read through NULL',
    protocol(CLEAN),
    protocol(`if (*(volatile int *)0) return REFUZZ_GRANTED; ${CLEAN}`),
    1,
    /memory|crash/,
  ],
  [
    'a write past an array',
    counter(LEAVE),
    counter(
      `int few[2]; few[counter->guests | 4] = 1; __asm__ volatile("" : : "r"(few) : "memory"); ${LEAVE}`,
    ),
    1,
    /new /,
  ],
  ['a free of a part', protocol(CLEAN), protocol(`kfree(&object->door); ${CLEAN}`), 1, /new /],
  [
    'a free of nothing',
    protocol(CLEAN),
    protocol(`kfree(0); ${CLEAN}`),
    3,
    /nothing differs in what was met/,
  ],
  [
    'an op that one side lacks',
    counter(LEAVE),
    counter(LEAVE).replace(/^REFUZZ_OP\(void, inc.*\n/m, ''),
    2,
    /"inc" is only in before\.c/,
  ],
  [
    'a state that one side lacks',
    protocol(CLEAN),
    protocol(CLEAN).replace('(one)', '(two)'),
    2,
    /the state "one" is only in before\.c/,
  ],
  [
    'a name in capitals',
    protocol(CLEAN),
    protocol(CLEAN).replace('(one)', '(One)'),
    2,
    /after\.c:9:14: the state "One" does not begin with a small letter; call it "one"/,
  ],
  [
    'a loop without end on both sides',
    counter('for (;;) __atomic_load_n(&counter->guests, 0);'),
    counter('for (;;) __atomic_load_n(&counter->guests, 0);'),
    3,
    /undecided/,
  ],
  [
    'an act that answers with a number',
    protocol(CLEAN),
    protocol('return -16;'),
    2,
    /an act returns REFUZZ_VOID/,
  ],
  ['a warning without end', counter(LEAVE), counter(`for (;;) WARN(1, "again"); ${LEAVE}`), 1, /new /],
  [
    'a function of refuzz’s own',
    protocol(CLEAN),
    protocol(CLEAN, undefined, 'void refuzz_free(void) { }'),
    2,
    /after\.c:6:6: "refuzz_free" is refuzz's own/,
  ],
  [
    'the same by a macro',
    protocol(CLEAN),
    protocol(CLEAN, undefined, '#define JOIN(a, b) a##b\nvoid JOIN(refuzz_, free)(void) { }'),
    2,
    /"refuzz_free" is refuzz's own/,
  ],
  [
    'a file that includes itself',
    counter(LEAVE),
    `#include "after.c"\n${counter(LEAVE)}`,
    2,
    /after\.c:1:10: #include nested too deeply/,
  ],
];

test.each(ATTACKS)('%s', { timeout: 120_000 }, async (what, before, after, code, answer) => {
  const own = join(folder, what.replaceAll(/\W/g, '-'));
  mkdirSync(own);
  writeFileSync(join(own, 'before.c'), before);
  writeFileSync(join(own, 'after.c'), after);
  const size = ['--threads', '1', '--ops', '2', '--workers', '1'];
  const ran = await refuzz(['check', '--before', 'before.c', '--after', 'after.c', ...size], { cwd: own });
  expect(`${ran.out}${ran.err}`).toMatch(answer);
  expect(ran.code, ran.err).toBe(code);
  // Whatever was stored can be read again; what is known then leaves what is undecided.
  const again = await refuzz(['check', '--before', 'before.c', '--after', 'after.c', ...size], { cwd: own });
  expect(code === 1 ? [0, 3] : [code]).toContain(again.code);
});

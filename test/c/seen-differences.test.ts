import { expect, test } from 'vitest';
import { OutcomeComparison } from '../../fuzz/judge/outcome-comparison.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterOf, counterTarget, decided, schemeOf } from './c-subjects.ts';

/** A target of two schemes that have the same ops and states. */
function schemeTarget(reference: Scheme, subject: Scheme): Target {
  return {
    name: 'test',
    about: 'two schemes',
    reference,
    subject,
    threads: 2,
    ops: Object.keys(subject.ops),
    initial: Object.keys(subject.states),
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
}

/** Two protocols that differ in one line, each in a way that some shortcut of the search could overlook. */
const HEAD = `
#include <linux/compiler.h>
#include <linux/refcount.h>
struct obj { refcount_t ref; int field; };
static int flag, pad;
static unsigned int flags;
REFUZZ_SCHEME(struct obj, ref);
REFUZZ_FIELD(field);
REFUZZ_WORD(flag);
REFUZZ_WORD(flags);
REFUZZ_WORD(pad);
REFUZZ_STATE(one) { refcount_set(&object->ref, 1); refuzz_hold(0); }
REFUZZ_PUT(put) { if (refcount_dec_and_test(&object->ref)) refuzz_free(); }
REFUZZ_ACT(bump) { refcount_set(&object->ref, 2); return REFUZZ_VOID; }
`;
const act = (name: string, body: string) => `REFUZZ_ACT(${name}) { ${body} return REFUZZ_VOID; }\n`;
const asks = (name: string, condition: string) =>
  `REFUZZ_ACT(${name}) { ${condition.replace(/^(.*);/, '$1; ')}; return seen ? REFUZZ_GRANTED : REFUZZ_REFUSED; }\n`;

const LOOK = asks('look', '(void)READ_ONCE(pad); int seen = READ_ONCE(flag) == 1; (void)READ_ONCE(pad)');
const stores = (first: number) =>
  act('set', `WRITE_ONCE(flag, ${first}); WRITE_ONCE(flag, 2); WRITE_ONCE(flag, 0);`);
const marks = (bits: string) =>
  `${act('mark', `int v = refcount_read(&object->ref); (void)v; __atomic_fetch_or(&flag, ${bits}, __ATOMIC_RELAXED);`)}${asks('look', 'int seen = READ_ONCE(flag) == 2')}`;
const byte = (value: string) =>
  `${act('set', `flags = ${value};`)}${asks('look', 'int seen = ((flags >> 8) & 0xff) != 0')}`;
const peeks = (what: string) =>
  act('peek', `(void)READ_ONCE(pad); (void)READ_ONCE(${what}); (void)READ_ONCE(pad);`);

test.each([
  ['a store to an own word that another store of the op hides again', stores(3) + LOOK, stores(1) + LOOK],
  ['a read of a freed object through an own word', peeks('pad'), peeks('object->field')],
  ['the operand of a read-modify-write that a word has not of its own', marks('1'), marks('v')],
  ['a part of a word', byte('0'), byte('0x100')],
])('%s is seen', async (_, before, after) => {
  const target = schemeTarget(await schemeOf(HEAD + before), await schemeOf(HEAD + after));
  const { differing, undecided } = decided(target, 2, 2);
  expect(undecided).toBe(0);
  expect(differing).toBeGreaterThan(0);
  // What is the same is the same: the machinery does not find differences everywhere.
  const same = schemeTarget(await schemeOf(HEAD + after), await schemeOf(HEAD + after));
  expect(decided(same, 2, 2)).toMatchObject({ differing: 0, losing: 0, undecided: 0 });
});

test('an op that is stopped before its first access touches no object', async () => {
  const early = `#include <linux/bug.h>\n${HEAD}${act('peek', 'BUG();')}`;
  const late = `#include <linux/bug.h>\n${HEAD}${act('peek', '(void)READ_ONCE(pad); BUG();')}`;
  const target = schemeTarget(await schemeOf(late), await schemeOf(early));
  expect(decided(target, 2, 1)).toMatchObject({ differing: 0, undecided: 0 });
});

test('warnings are told apart by all of them, in the interpreter and in machine code', async () => {
  const warns = (text: string) =>
    counterOf(`
#include <linux/bug.h>
struct obj { int count; };
REFUZZ_COUNTER(struct obj, count);
REFUZZ_OP(void, inc) {
	int old = __atomic_fetch_add(&counter->count, 1, __ATOMIC_RELAXED);
	WARN(1, old == 77 ? "${text}" : "b");
	WARN(1, "b");
}`);
  const [one, other] = [await warns('b'), await warns('a')];
  const texts = [one, other].map(({ direct }) => {
    direct!.values.set([77, 78]);
    expect(direct!.batch('inc', 0, 0, 2)).toBe(true);
    return [...direct!.warnings.subarray(0, 2)].map((code) => direct!.warningTexts(code));
  });
  expect(texts).toEqual([
    [
      ['b', 'b'],
      ['b', 'b'],
    ],
    [
      ['a', 'b'],
      ['b', 'b'],
    ],
  ]);
  const harness = harnessOf(counterTarget(one, other, { initial: [77], oracles: ['lockstep', 'outcomes'] }));
  const inc = harness.alphabet.id('inc');
  expect(new OutcomeComparison(harness).differsAlone({ start: 77, threads: [[inc]] })).toBe('in any use');
  expect(new OutcomeComparison(harness).differsAlone({ start: 78, threads: [[inc]] })).toBe('nowhere');
});

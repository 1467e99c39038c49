import { describe, expect, test } from 'vitest';
import { schemeOf, subjectOf } from '../../../test/c/c-subjects.ts';

const COUNTER = 'struct tally { _Atomic int count; };\n';
const DECLARED = `${COUNTER}REFUZZ_COUNTER(struct tally, count);\n`;
const INC = 'REFUZZ_OP(void, inc) { atomic_fetch_add(&counter->count, 1); }\n';
const SCHEME = 'struct peer { _Atomic int count; int flag; };\nREFUZZ_SCHEME(struct peer, count);\n';
const STATE = 'REFUZZ_STATE(one) { object->count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }\n';
const PUT = 'REFUZZ_PUT(put) { atomic_fetch_sub(&object->count, 1); }\n';

describe('a source that declares what does not fit together is told so', () => {
  test.each([
    ['nothing', 'int x;', /declares no counter and no scheme; write REFUZZ_COUNTER or REFUZZ_SCHEME/],
    ['no op', DECLARED, /declares no op/],
    [
      'ops of a counter and of a scheme',
      `${SCHEME}${STATE}${PUT}REFUZZ_OP(void, inc) { atomic_fetch_add(&counter->count, 1); }`,
      /has ops of a counter \(REFUZZ_OP\) and of a scheme .*; it can be one of them/,
    ],
    [
      'a counter with a state',
      `${DECLARED}${INC}REFUZZ_STATE(one) { object->count = 1; }`,
      /has ops of a counter \(REFUZZ_OP\) and of a scheme/,
    ],
    [
      'a type that is none of the four',
      `${DECLARED}REFUZZ_OP(long, get) { return atomic_fetch_add(&counter->count, 1); }`,
      /op get returns long; an op returns void, bool, int, unsigned/,
    ],
    [
      'an op of three arguments',
      `${DECLARED}REFUZZ_OP(void, add, int a, int b, int c) { atomic_fetch_add(&counter->count, a + b + c); }`,
      /op add takes 3 arguments; an op takes 0 to 2/,
    ],
    [
      'an op with an argument of 64 bits',
      `${DECLARED}REFUZZ_OP(void, add, long long a) { atomic_fetch_add(&counter->count, (int)a); }`,
      /op add takes or returns 64 bits; words have 32/,
    ],
    [
      'a counter with a second word',
      `static int other;\n${DECLARED}${INC}REFUZZ_WORD(other);`,
      /has more words than the count; only a scheme can/,
    ],
    ['a scheme without a state', `${SCHEME}${PUT}`, /is a scheme without a REFUZZ_STATE to start from/],
    [
      'a word that is the count',
      `${SCHEME}REFUZZ_FIELD(count);\n${STATE}${PUT}`,
      /the words "count" and "count" lie at the same place/,
    ],
    [
      'two words at one place',
      `struct peer { _Atomic int count; union { int flag; char byte; }; };
REFUZZ_SCHEME(struct peer, count);\nREFUZZ_FIELD(flag);\nREFUZZ_FIELD(byte);\n${STATE}${PUT}`,
      /the words "flag" and "byte" lie at the same place/,
    ],
    [
      'more words than fit into a state',
      `static int many[33];\n${SCHEME}${Array.from({ length: 33 }, (_, at) => `REFUZZ_WORD(many[${at}]);`).join('\n')}${STATE}${PUT}`,
      /has 33 words; at most 32 beside the count/,
    ],
    [
      'a state with holders and readers',
      `${SCHEME}REFUZZ_STATE(one) { refuzz_hold(0); refuzz_read_section(1); }\n${PUT}`,
      /a state has holders or readers, not both/,
    ],
    [
      'a state with a holder that is no thread',
      `${SCHEME}REFUZZ_STATE(one) { refuzz_hold(4); }\n${PUT}`,
      /refuzz_hold\(4\): threads are 0 to 3/,
    ],
    [
      'a state that is linked at no place',
      `${SCHEME}REFUZZ_STATE(one) { refuzz_link(3); }\n${PUT}`,
      /refuzz_link\(3\): write 0, 1 or 2/,
    ],
    [
      'a state that writes past the object',
      `${SCHEME}REFUZZ_STATE(one) { ((volatile int *)object)[2] = 1; }\n${PUT}`,
      /"state one" does not return: touches memory that is not its own in state one/,
    ],
    [
      'a state that writes through NULL',
      `${SCHEME}REFUZZ_STATE(one) { *(volatile int *)8 = 1; }\n${PUT}`,
      /"state one" does not return: touches memory that is not its own in refuzz_state_one/,
    ],
    [
      'a state that enters a read section',
      `${SCHEME}REFUZZ_STATE(one) { refuzz_rcu_read_lock(); }\n${PUT}`,
      /stays in a read section; refuzz_read_section\(thread\) says/,
    ],
    [
      'a state with a capital',
      `${SCHEME}REFUZZ_STATE(One) { object->count = 1; }\n${PUT}`,
      /the state "One" does not begin with a small letter; call it "one"/,
    ],
    [
      'a state that begins with _',
      `${SCHEME}REFUZZ_STATE(_one) { object->count = 1; }\n${PUT}`,
      /the state "_one" does not begin with a small letter; call it "one"/,
    ],
    [
      'an op with a capital',
      `${SCHEME}${STATE}REFUZZ_PUT(putLast) { atomic_fetch_sub(&object->count, 1); }\n`,
      /the op "putLast" is not all in small letters; call it "putlast"/,
    ],
    [
      'an op that small letters do not help',
      `${SCHEME}${STATE}REFUZZ_PUT(größe) { atomic_fetch_sub(&object->count, 1); }\n`,
      /the op "größe" is not all in small letters; write a to z, digits and _, a letter first/,
    ],
    [
      'a state that uses the object',
      `${SCHEME}REFUZZ_STATE(one) { refuzz_use(); }\n${PUT}`,
      /refuzz_use cannot be called where a state is set up/,
    ],
    [
      'a state that does not return',
      `${SCHEME}REFUZZ_STATE(one) { for (;;) atomic_fetch_add(&object->count, 1); }\n${PUT}`,
      /"state one" does not return/,
    ],
  ])('%s', async (_, text, message) => {
    await expect(subjectOf(text)).rejects.toThrow(message);
    await expect(subjectOf(text)).rejects.toMatchObject({ name: 'InputError' });
  });

  test.each([
    [
      'a count of 8 bytes',
      'struct tally { long long count; };\nREFUZZ_COUNTER(struct tally, count);',
      /the count has 4 bytes/,
    ],
    [
      'a word of 16 bytes',
      `${SCHEME.replace('int flag', '__int128 flag')}REFUZZ_FIELD(flag);\n${STATE}${PUT}`,
      /the word flag has 1, 2, 4 or 8 bytes/,
    ],
    ['two counters', `${DECLARED}REFUZZ_COUNTER(struct tally, count);`, /redefinition of 'refuzz_/],
  ])('%s, by the compiler already', async (_, text, message) => {
    await expect(subjectOf(text)).rejects.toThrow(message);
  });
});

describe('what a counter declares', () => {
  test('is found, with defaults for what it does not say', async () => {
    const plain = await subjectOf(`${DECLARED}${INC}`);
    expect(plain).toMatchObject({ kind: 'counter', reading: 'signed', ops: { inc: { arity: 0 } } });
    expect(plain).not.toHaveProperty('saturated');
    expect(plain).not.toHaveProperty('inSaturation');
    expect(plain).not.toHaveProperty('documented');
  });

  test('is all there', async () => {
    const full = await subjectOf(`${DECLARED}${INC}
REFUZZ_SATURATED(0x80000001);
REFUZZ_IN_SATURATION(value) { return value < -5; }
REFUZZ_UNSIGNED;
REFUZZ_CHECKS_AFTERWARDS;
REFUZZ_OP(unsigned, swap, unsigned a, int b) { int old = (int)a; atomic_compare_exchange_strong(&counter->count, &old, b); return old; }
REFUZZ_OP(bool, drop) { return atomic_fetch_sub(&counter->count, 1) == 1; }`);
    if (full.kind !== 'counter') throw new Error('no counter');
    expect(full).toMatchObject({
      reading: 'unsigned',
      saturated: -0x7fffffff,
      documented: 'test.c',
      ops: { inc: { arity: 0 }, swap: { arity: 2 }, drop: { arity: 0 } },
    });
    expect([-6, -5, 0, -6].map((value) => full.inSaturation!(value))).toEqual([true, false, false, true]);
  });

  test('in an object with more than the count is found inside of it', async () => {
    const inside = await subjectOf(`struct ref { int refs; };
struct thing { char name[6]; struct { struct ref ref; } inner; };
REFUZZ_COUNTER(struct thing, inner.ref.refs);
REFUZZ_OP(int, get) { return __atomic_fetch_add(&counter->inner.ref.refs, 1, __ATOMIC_RELAXED); }`);
    expect(inside.kind).toBe('counter');
  });
});

describe('what a scheme declares', () => {
  test('may leave out static variables that its states set: those that ops read are found', async () => {
    const scheme = await schemeOf(`static struct { int limit, unread; } aux;
static _Atomic short level;
${SCHEME}REFUZZ_STATE(one) { *(volatile int *)&aux.limit = 5; *(volatile int *)&aux.unread = 6; atomic_fetch_add(&level, 1); }
REFUZZ_PUT(put) { atomic_fetch_sub(&object->count, *(volatile int *)&aux.limit + level); }`);
    expect(scheme.words).toEqual([
      { name: 'aux', isInObject: false },
      { name: 'level', isInObject: false },
    ]);
    expect(scheme.states.one!.words).toEqual([5, 1]);
  });

  test('is found: roles, words, states and bias', async () => {
    const scheme = await schemeOf(`static short lock;
struct peer { _Atomic int count; unsigned char flag; };
REFUZZ_SCHEME(struct peer, count);
REFUZZ_WORD(lock);
REFUZZ_FIELD(flag);
REFUZZ_BIAS(1);
REFUZZ_STATE(one) { object->count = 1; object->flag = 200; lock = 7; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); refuzz_hold(2); }
REFUZZ_STATE(trash) { refuzz_link(REFUZZ_TRASH); refuzz_idle_note(); refuzz_read_section(1); }
REFUZZ_GET(get) { return atomic_fetch_add(&object->count, 1) > 0; }
REFUZZ_ENTER(enter) { refuzz_rcu_read_lock(); return true; }
REFUZZ_PUT(put) { atomic_fetch_sub(&object->count, 1); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(gc) { return atomic_load(&object->count) == 0 ? REFUZZ_GRANTED : REFUZZ_VOID; }`);
    expect(scheme.words).toEqual([
      { name: 'lock', isInObject: false },
      { name: 'flag', isInObject: true },
    ]);
    expect(scheme.bias).toBe(1);
    expect(Object.entries(scheme.ops).map(([name, { role }]) => `${name} ${role}`)).toEqual([
      'get get',
      'enter enter',
      'put put',
      'use use',
      'gc other',
    ]);
    expect(scheme.states).toEqual({
      one: { count: 1, words: [7, 200], list: 1, noted: false, holders: [0, 2] },
      // Each state is set up in zeroed memory: nothing of the one before is left.
      trash: { count: 0, words: [0, 0], list: 2, noted: true, holders: [1], readers: true },
    });
  });
});

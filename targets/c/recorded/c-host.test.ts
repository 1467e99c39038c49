import { describe, expect, test } from 'vitest';
import { counterOf, decided, schemeOf } from '../../../test/c/c-subjects.ts';
import { NotingWord } from '../../../test/c/noting-word.ts';
import type { Scheme } from '../../subject/subject.ts';
import type { Target } from '../../target/target.ts';

const COUNTER = 'struct tally { _Atomic int count; int other; };\nREFUZZ_COUNTER(struct tally, count);\n';

/** Runs an op that does the statement to a counter. */
async function runs(statement: string, before = ''): Promise<NotingWord> {
  const counter = await counterOf(`${before}\n${COUNTER}REFUZZ_OP(void, act) { ${statement} }`);
  const word = new NotingWord(1);
  counter.ops.act!.run(word, 0, 0);
  return word;
}

const ONE_WORD = 'a counter has one word, and every op begins with the same memory otherwise';
const TALLY = 'atomic_fetch_add(&counter->count, 1);';

describe('a counter that looks beyond its word is refused', () => {
  test.each([
    [
      'a static variable written',
      'static volatile int seen;',
      `seen = 1; ${TALLY}`,
      `act writes the static variable "seen" (4 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'a member of a struct written',
      'volatile struct { int first, second; } pair;',
      `pair.second = 1; ${TALLY}`,
      `act writes the static variable "pair" (4 bytes from byte 4 on), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'an atomic access to one',
      'static _Atomic short seen;',
      `atomic_fetch_add(&seen, 1); ${TALLY}`,
      `act makes an atomic access to the static variable "seen" (2 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'another field written',
      '',
      `*(volatile int *)&counter->other = 1; ${TALLY}`,
      `act writes byte 4 of the object, which is no declared word; ${ONE_WORD}`,
    ],
    [
      'another field read',
      '',
      `counter->count = counter->other;`,
      `act reads byte 4 of the object, which is no declared word; ${ONE_WORD}`,
    ],
    [
      'a part of the word',
      '',
      '*(volatile char *)&counter->count = 1;',
      'act accesses 1 bytes of "count", a word of 4',
    ],
    [
      'an atomic access of 64 bits',
      'static _Atomic long long wide;',
      `atomic_fetch_add(&wide, 1); ${TALLY}`,
      `act makes an atomic access to the static variable "wide" (8 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'a lock in the counter',
      '',
      'refuzz_lock(&counter->count);',
      'act locks its counter; only a scheme has locks',
    ],
    [
      'a lock elsewhere',
      'static int lock;',
      'refuzz_lock(&lock);',
      `act takes a lock in the static variable "lock" (4 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'a lock of its own',
      '',
      'int lock; refuzz_lock(&lock);',
      `act takes a lock in a local variable (4 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'a static variable of a function',
      '',
      `static volatile int calls; calls = 1; ${TALLY}`,
      `act writes the static variable "calls" (4 bytes), which is no declared word; ${ONE_WORD}`,
    ],
    [
      'what only a scheme can',
      '',
      'refuzz_free();',
      'act calls refuzz_free, which is defined nowhere that refuzz knows of',
    ],
    [
      'a function of nobody',
      'void somewhere_else(void);',
      'somewhere_else();',
      'act calls somewhere_else, which is defined nowhere that refuzz knows of',
    ],
  ])('%s', async (_, before, statement, message) => {
    const ran = runs(statement, before);
    await expect(ran).rejects.toThrow(message);
    await expect(ran).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('a counter may', () => {
  test('read constants and static variables as they are at the start', async () => {
    const word = await runs(
      'counter->count = table[counter->count & 3] + start;',
      'static volatile const int table[] = { 7, 40, 8, 9 };\nstatic volatile int start = 2;',
    );
    expect(word.value).toBe(42);
  });

  test('read 64 bits of these', async () => {
    const word = await runs(
      'counter->count = (int)(wide >> 32);',
      'static volatile long long wide = 0x1234500000000LL;',
    );
    expect(word.value).toBe(0x12345);
  });

  test('use local memory as it likes, arrays and all', async () => {
    const word = await runs(
      'volatile int mine[16]; for (int i = 0; i < 16; i++) mine[i] = i; counter->count = mine[5] + mine[6];',
    );
    expect(word.value).toBe(11);
    expect(word.seen).toEqual(['store 11 full']);
  });

  test('warn, which is no access, with the text as a model has it', async () => {
    const word = await runs(`refuzz_warn("refcount_t: too many.\\n"); ${TALLY} refuzz_warn("twice");`);
    expect(word.warnings).toEqual(['too many', 'twice']);
    expect(word.seen).toEqual(['add 1 full']);
  });

  test('fence, which is no access', async () => {
    const word = await runs(`atomic_thread_fence(memory_order_seq_cst); ${TALLY}`);
    expect(word.seen).toEqual(['add 1 full']);
  });

  test('not go on for more than a thousand accesses', async () => {
    const counter = await counterOf(
      `${COUNTER}REFUZZ_OP(void, act) { while (atomic_load(&counter->count)); }`,
    );
    const word = new NotingWord(1);
    expect(counter.ops.act!.run(word, 0, 0)).toBe('non-terminating');
    expect(word.seen).toHaveLength(1000);
    expect(counter.ops.act!.run(new NotingWord(0), 0, 0)).toBeUndefined();
  });
});

/** Two schemes of the same ops, compared with each other. */
function target(reference: Scheme, subject: Scheme): Target {
  return {
    name: 'test',
    about: 'two schemes',
    reference: { ...reference, name: 'one' },
    subject: { ...subject, name: 'other' },
    threads: 2,
    ops: Object.keys(reference.ops),
    initial: Object.keys(reference.states),
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  };
}

const PEER = (fields: string) => `struct peer { _Atomic int count; ${fields} };
REFUZZ_SCHEME(struct peer, count);
REFUZZ_STATE(one) { object->count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_PUT(put) { atomic_fetch_sub(&object->count, 1); }
`;

async function runsScheme(text: string): Promise<void> {
  const scheme = await schemeOf(text);
  decided(target(scheme, scheme), 2, 2);
}

describe('a scheme that looks beyond its words is refused', () => {
  test.each([
    [
      'an act that returns no outcome',
      `${PEER('')}REFUZZ_ACT(act) { return object->count == 1 ? -16 : REFUZZ_VOID; }`,
      'the act act returns -16; an act returns REFUZZ_VOID (0), REFUZZ_GRANTED (1) or REFUZZ_REFUSED (2)',
    ],
    [
      'a write that only a count leads to that is tried by no search for words',
      `static volatile int seen;\n${PEER('')}REFUZZ_ACT(act) {
	int old = 0;
	for (int at = 0; at < 30; at++) old = atomic_fetch_add(&object->count, 1);
	if (old == 30) seen = 1;
	return REFUZZ_VOID;
}`,
      'act writes the static variable "seen" (4 bytes), which is no declared word; declare it with REFUZZ_WORD',
    ],
    [
      'a lock that nobody else can see',
      `${PEER('')}REFUZZ_ACT(act) { int lock = 0; refuzz_lock(&lock); refuzz_unlock(&lock); return REFUZZ_VOID; }`,
      'act takes a lock in a local variable (4 bytes), which is no declared word; threads share members of the object and static variables',
    ],
    [
      'two heads for one RCU callback',
      `${PEER('')}static void one(void *head) { refuzz_free(); }
static int elsewhere;
REFUZZ_ACT(act) { refuzz_call_rcu(object, one); return REFUZZ_VOID; }
REFUZZ_ACT(also) { refuzz_call_rcu(&elsewhere, one); return REFUZZ_VOID; }`,
      'gives call_rcu two heads for one callback, one; refuzz can follow one',
    ],
    [
      'holders that are said outside of a state',
      `${PEER('')}REFUZZ_ACT(act) { refuzz_hold(1); return REFUZZ_VOID; }`,
      'act calls refuzz_hold, which is defined nowhere that refuzz knows of',
    ],
  ])('%s', async (_, text, message) => {
    await expect(runsScheme(text)).rejects.toThrow(message);
  });
});

describe('short words', () => {
  /** What an op saw of the flag decides how it ends; two additions wrap. */
  const ops = (add: string, or: string, most: number, twice: number) => `REFUZZ_FIELD(flag);
REFUZZ_ACT(add) { return ${add} > ${most >> 1} ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
REFUZZ_ACT(or) { return ${or} == ${twice} ? REFUZZ_GRANTED : REFUZZ_VOID; }
REFUZZ_ACT(read) { return object->flag == ${twice} + 1 ? REFUZZ_GRANTED : REFUZZ_REFUSED; }
`;
  const OR = 'atomic_fetch_or(&object->flag, 1)';

  /** The same in a whole word. */
  const whole = (by: number, most: number) =>
    schemeOf(`${PEER('_Atomic int flag;')}
static int wrapping_add(_Atomic int *flag)
{
	int old = *flag;

	while (!atomic_compare_exchange_weak(flag, &old, (old + ${by}) & ${most}))
		;
	return old;
}
${ops('wrapping_add(&object->flag)', OR, most, (2 * by) & most)}`);

  const short = (type: string, by: number, most: number) =>
    schemeOf(
      `${PEER(`_Atomic ${type} flag;`)}${ops(`atomic_fetch_add(&object->flag, ${by})`, OR, most, (2 * by) & most)}`,
    );

  test.each([
    ['unsigned char', 200, 0xff],
    ['unsigned short', 40000, 0xffff],
  ])('of type %s behave as an int that wraps where they do', async (type, by, most) => {
    const pair = target(await whole(by, most), await short(type, by, most));
    expect(decided(pair, 2, 2)).toMatchObject({ undecided: 0, differing: 0, losing: 0 });
  });

  test('wrap where their size says: a longer one differs', async () => {
    const pair = target(await whole(200, 0xff), await short('unsigned short', 200, 0xff));
    expect(decided(pair, 2, 2).differing).toBeGreaterThan(0);
  });
});

import { describe, expect, test } from 'vitest';
import { counterOf, schemeOf } from '../../../test/c/c-subjects.ts';
import { NotingObject } from '../../../test/c/noting-object.ts';
import { NotingWord } from '../../../test/c/noting-word.ts';

const COUNTER =
  'struct tally { _Atomic int count; int list[4]; int last; };\nREFUZZ_COUNTER(struct tally, count);\n';

/** Each op of a source is one statement. @returns what each returns on a word that holds 5 */
async function results(before: string, statements: readonly string[]): Promise<unknown[]> {
  const ops = statements.map((statement, at) => `REFUZZ_OP(int, op${at}) { ${statement}; return 1; }\n`);
  const counter = await counterOf(`${before}\n${COUNTER}${ops.join('')}`);
  return statements.map((_, at) => counter.ops[`op${at}`]!.run(new NotingWord(5), 0, 0));
}

const BEFORE = `
#define MANY (atomic_load(&counter->count))
struct node { int pad[100]; int value; };
static struct node *volatile nothing;
static volatile int table[4] = { 1, 2, 3, 4 };
static int plain[4] = { 1, 2, 3, 4 };
static int at(const int *from, int index) { return from[index]; }
static __attribute__((noinline)) void fill(char *volatile *p, int n) { __builtin_memset(*p, 0, n); }
static __attribute__((noinline)) int inner(int n)
{
	char buffer[16]; char *volatile p = buffer;
	fill(&p, n);
	return buffer[3];
}
static __attribute__((noinline)) int *of_the_left(int n) { int mine[4] = { n, 1, 2, 3 }; int *volatile p = mine; return p + 1; }
static __attribute__((noinline)) int outer(int n) { volatile char mine[64]; mine[5] = 1; return inner(n) + mine[5]; }
`;

describe('what is not the op to touch', () => {
  const WRONG = [
    // NULL, and what hangs on it.
    '*(volatile int *)0 = 1',
    'return *(volatile int *)0',
    'nothing->value = 1',
    'return nothing->value',
    'return (int)atomic_load((_Atomic int *)0)',
    'atomic_fetch_add((_Atomic short *)64, 1)',
    'refuzz_warn((const char *)0)',
    // The stack that is not in use, even if it was so just now.
    'return *of_the_left(MANY)',
    '*of_the_left(MANY) = 1',
    '*(volatile char *)30000 = 1',
    '__builtin_memset((void *)30000, 0, 10)',
    // Above static data.
    'return *(volatile int *)0x18000',
    '*(volatile int *)0x18000 = 1',
    '__builtin_wasm_memory_grow(0, 1); *(volatile char *)(__builtin_wasm_memory_size(0) * 65536 - 1) = 1',
    'return ((volatile int *)plain)[5000]',
    // Past an array, by its index and by a pointer that the compiler sees through.
    'return table[MANY - 1]',
    'table[MANY - 6] = 1',
    'return counter->list[MANY]',
    'volatile int mine[5]; mine[0] = 1; return mine[MANY]',
    'return at(plain, MANY)',
    'int mine[4] = { MANY, 1, 2, 3 }; return at(mine, MANY)',
    // Past the object, and before it: there is nobody's memory.
    'return ((volatile int *)counter)[6]',
    'return ((volatile int *)counter)[-1]',
    '((volatile int *)counter)[6] = 1',
    'atomic_fetch_add((_Atomic int *)counter - 1, 1)',
    // As a whole: the first byte is the op's own, the last is not.
    'char b[64]; char *volatile p = b; volatile int n = 4096; __builtin_memset(p, 0, n)',
    'char b[16]; __builtin_memset(b, 0, MANY + 12)',
    'char b[16], c[17]; c[MANY] = 1; __builtin_memcpy(b, c, MANY + 12)',
    'char b[17], c[16]; c[MANY] = 1; __builtin_memmove(b, c, MANY + 12); return b[0]',
    'char b[16]; __builtin_memset(b + MANY, 0, MANY + 7)',
    'char b[64]; char *volatile p = b; volatile int n = 4096; b[1] = 0; __builtin_memcpy(p, (char *)&counter->count - 2000, n)',
    'return inner(17 * MANY)',
    'return outer(MANY * 8)',
  ];

  test('stops the op with a memory error', async () => {
    const found = await results(BEFORE, WRONG);
    expect(Object.fromEntries(WRONG.map((statement, at) => [statement, found[at]]))).toEqual(
      Object.fromEntries(WRONG.map((statement) => [statement, 'memory-error'])),
    );
  });

  const RIGHT = [
    'return table[MANY - 2] - 3',
    'return plain[MANY - 5]',
    'volatile int mine[6]; mine[5] = 1; return mine[MANY]',
    'int mine[6] = { MANY, 1, 2, 3, 4, 1 }; return at(mine, MANY)',
    'return nothing == 0',
    'char b[64]; char *volatile p = b; volatile int n = 64; __builtin_memset(p, 1, n); return b[63]',
    'char b[64]; char *volatile p = b; volatile int n = 0; b[0] = 1; __builtin_memset(p + 64, 0, n); return b[0]',
    'char b[16]; __builtin_memset(b + MANY, 1, MANY + 6); return b[15]',
    'char b[16], c[17]; c[0] = 1; __builtin_memcpy(b, c, MANY + 11); return b[0]',
    'inner(MANY + 11)',
    'outer(16)',
    'char *b = __builtin_alloca(MANY * 100); char *volatile p = b; p[499] = 1; return p[499]',
    'volatile int deep[1000]; deep[0] = deep[999] = 1; return deep[0]',
    'refuzz_warn("")',
  ];

  test('and what is the op to touch, does not', async () => {
    const found = await results(BEFORE, RIGHT);
    expect(Object.fromEntries(RIGHT.map((statement, at) => [statement, found[at]]))).toEqual(
      Object.fromEntries(RIGHT.map((statement) => [statement, 1])),
    );
  });

  test('a stack that overflows is told as that', async () => {
    const [deep, large] = await results(
      '#define MANY (atomic_load(&counter->count))\nstatic __attribute__((noinline)) int down(int n) { volatile int x[50]; x[0] = n; return n ? down(n - 1) + x[0] : 0; }',
      ['return down(1000)', 'char *p = __builtin_alloca(MANY * 200000000); *(volatile char *)p = 1'],
    );
    expect([deep, large]).toEqual(['stack-overflow', 'stack-overflow']);
  });
});

test('a warning without a text is a warning', async () => {
  const counter = await counterOf(
    `${COUNTER}REFUZZ_OP(void, inc) { refuzz_warn(".\\n"); refuzz_warn(""); refuzz_warn("refcount_t: x.\\n"); }`,
  );
  const word = new NotingWord(1);
  counter.ops.inc!.run(word, 0, 0);
  expect(word.warnings).toEqual(['(no text)', '(no text)', 'x']);
});

test('an op that warns for ever is stopped, one that warns often is not', async () => {
  const counter = await counterOf(
    `${COUNTER}REFUZZ_OP(void, some) { for (int i = 0; i < 32; i++) refuzz_warn("again"); }
REFUZZ_OP(void, many) { for (;;) refuzz_warn("again"); }`,
  );
  const word = new NotingWord(1);
  expect(counter.ops.some!.run(word, 0, 0)).toBeUndefined();
  expect(word.warnings).toHaveLength(32);
  expect(counter.ops.many!.run(word, 0, 0)).toBe('non-terminating');
  expect(word.warnings).toHaveLength(64);
});

describe('of a scheme', () => {
  const scheme = () =>
    schemeOf(`
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct item {
	atomic_t users; struct mutex mutex; spinlock_t lock; struct completion gone; wait_queue_head_t queue;
	struct rcu_head rcu;
};
static DEFINE_MUTEX(big);
static DECLARE_WAIT_QUEUE_HEAD(elsewhere);

REFUZZ_SCHEME(struct item, users);
REFUZZ_FIELD(mutex);
REFUZZ_FIELD(lock);
REFUZZ_FIELD(gone);
REFUZZ_WORD(big);
REFUZZ_STATE(one) { atomic_set(&object->users, 1); init_completion(&object->gone); }
REFUZZ_PUT(frees) { kfree(object); }
REFUZZ_PUT(frees_field) { kfree(&object->mutex); }
REFUZZ_PUT(frees_local) { int x; kfree(&x); }
REFUZZ_PUT(frees_nothing) { kfree(NULL); }
REFUZZ_PUT(frees_later) { kfree_rcu(object, rcu); }
REFUZZ_PUT(frees_field_later) { kfree_rcu((struct item *)&object->mutex, rcu); }
REFUZZ_PUT(frees_nothing_later) { kfree_rcu((struct item *)NULL, rcu); }
REFUZZ_PUT(calls_nothing) { call_rcu(NULL, (rcu_callback_t)0); }
REFUZZ_PUT(calls_back_nothing) { call_rcu(&object->rcu, (rcu_callback_t)0); }
REFUZZ_PUT(locks_nothing) { spin_lock((spinlock_t *)NULL); }
REFUZZ_PUT(inside) { mutex_lock(&object->mutex); mutex_unlock(&object->mutex); }
REFUZZ_PUT(outside) { mutex_lock(&big); mutex_unlock(&big); }
REFUZZ_PUT(spins) { spin_lock(&object->lock); spin_unlock(&object->lock); }
REFUZZ_PUT(wakes) { wake_up(&object->queue); }
REFUZZ_PUT(wakes_elsewhere) { wake_up(&elsewhere); }
REFUZZ_PUT(completes) { complete(&object->gone); }
REFUZZ_PUT(waits) { wait_for_completion(&object->gone); }
REFUZZ_PUT(waits_for_zero) { wait_event(object->queue, atomic_read(&object->users) == 0); }
`);

  test.each([
    ['frees', ['free'], 'void'],
    ['frees_field', ['list.load'], 'memory-error'],
    ['frees_local', ['list.load'], 'memory-error'],
    ['frees_nothing', [], 'void'],
    ['frees_later', ['rcu.call'], 'void'],
    ['frees_field_later', ['list.load'], 'memory-error'],
    ['frees_nothing_later', [], 'void'],
    ['calls_nothing', ['list.load'], 'memory-error'],
    ['calls_back_nothing', ['list.load'], 'memory-error'],
    ['locks_nothing', ['list.load'], 'memory-error'],
    // A mutex is touched once more when it has been let go, if its memory can go.
    ['inside', ['mutex.acquire', 'mutex.release', 'use'], 'void'],
    ['outside', ['big.acquire', 'big.release'], 'void'],
    ['spins', ['lock.acquire', 'lock.release'], 'void'],
    ['wakes', ['wake'], 'void'],
    ['wakes_elsewhere', ['wake'], 'void'],
    ['completes', ['gone.fetchAdd'], 'void'],
    ['waits', ['gone.await'], 'void'],
    ['waits_for_zero', ['count.load', 'come to sleep', 'count.load', 'stay awake'], 'void'],
  ])('%s makes the accesses %j and ends with %s', async (op, accesses, result) => {
    const { ops, words } = await scheme();
    const object = new NotingObject(
      words!.map(({ name }) => name),
      // The word is met at 1 first, and at 0 when it is looked at again.
      op === 'waits_for_zero' ? [1, 0, 0] : [1, 1],
    );
    expect(ops[op]!.run(object, 0, 0)).toBe(result);
    expect(object.seen).toEqual(accesses);
  });
});

import { describe, expect, test } from 'vitest';
import { schemeOf, subjectOf } from '../c/c-subjects.ts';
import { faultsOf } from './alone.ts';

async function messageOf(text: string): Promise<string> {
  const error = await subjectOf(text).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return String(error).replaceAll(/ +/g, ' ').replaceAll('source/sound.c', 'test.c');
}

const NODE = `#include <linux/netdevice.h>
struct node { atomic_t active; spinlock_t lock; struct list_head links; wait_queue_head_t queue; };
`;

describe('a file that names only headers of its subsystem', () => {
  test('has locks, atomics, lists and RCU all the same', async () => {
    const scheme = await schemeOf(`${NODE}
static void node_put(struct node *node)
{
	unsigned long until = jiffies + HZ;

	lockdep_assert_not_held(&node->lock);
	rwsem_acquire_read(&node->dep_map, 0, 1, _RET_IP_);
	(void)until;
	spin_lock(&node->lock);
	INIT_LIST_HEAD(&node->links);
	spin_unlock(&node->lock);
	if (atomic_dec_and_test(&node->active))
		kfree(node);
}
REFUZZ_SCHEME(struct node, active);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_OPS(node_put);`);
    expect(faultsOf(scheme, 2, 1)).toEqual([]);
  });

  test('is told all at once what else it takes', async () => {
    expect(
      await messageOf(`struct peer { int refs; struct clk_hw hw; };
static bool peer_get(struct peer *peer) { return atomic_long_fetch_add_relaxed(1, peer) < PEER_MAX && wanted && INT_MAX; }
static void peer_set(struct peer *peer, peer_kind_t kind) { peer->refs = kind + jiffies; }
REFUZZ_SCHEME(struct peer, refs);
// <linux/`),
    ).toBe(`test.c:3:50: 1 function is declared nowhere, and 6 names are defined nowhere:
 test.c:3:50 atomic_long_fetch_add_relaxed() #include <linux/atomic.h>
 test.c:3:91 PEER_MAX paste its definition; if its value does not matter: enum { PEER_MAX };
 test.c:3:103 wanted paste its declaration
 test.c:3:113 INT_MAX #include <linux/limits.h>
 test.c:4:41 peer_kind_t paste its definition; if it does not matter: typedef int peer_kind_t;
 test.c:4:81 jiffies #include <linux/jiffies.h>
 test.c:2:39 struct clk_hw paste its definition, or as much of it as the code uses`);
  });

  test('and one slip is left to the compiler, which knows more of it', async () => {
    expect(await messageOf(`${NODE}static int size(struct node *node) { return nod != 0; }`)).toContain(
      "test.c:4:45: use of undeclared identifier 'nod'; did you mean 'node'?",
    );
    expect(await messageOf('struct peer { int refs }\nint x = REFS, y = MORE;')).toContain("expected ';'");
  });
});

describe('a state that is set up by the driver', () => {
  const driver = (state: string, ops = 'node_put') => `${NODE}
static struct node *first;
static DEFINE_MUTEX(nodes);
static void node_add(struct node *node)
{
	mutex_lock(&nodes);
	rcu_read_lock();
	first = node;
	rcu_read_unlock();
	mutex_unlock(&nodes);
}
static void node_put(struct node *node)
{
	mutex_lock(&nodes);
	if (atomic_dec_and_test(&node->active)) {
		first = NULL;
		kfree(node);
	}
	mutex_unlock(&nodes);
}
static void node_work(struct work_struct *work) { }
static struct work_struct work;
static struct node *node_find(void) { return first ? ERR_PTR(-EBUSY) : NULL; }
REFUZZ_SCHEME(struct node, active);
REFUZZ_STATE(one) { atomic_set(&object->active, 1); refuzz_hold(0); ${state} }
REFUZZ_OPS(${ops});`;

  test('may take locks, and gives them back', async () => {
    const scheme = await schemeOf(driver('node_add(object);'));
    expect(scheme.words!.map(({ name }) => name)).toEqual(['nodes']);
    expect(faultsOf(scheme, 1, 1)).toEqual([]);
  });

  test.each([
    ['mutex_lock(&nodes);', 'keeps a lock; a program starts with none taken'],
    ['mutex_unlock(&nodes);', 'gives up a lock that it has not taken'],
    ['rcu_read_lock();', 'stays in a read section; refuzz_read_section(thread) says which thread is in one'],
    [
      'INIT_WORK(&work, node_work); schedule_work(&work);',
      'no work is queued at the start, and no timer armed: write an op that does it',
    ],
  ])('is refused with %s', async (state, message) => {
    expect(await messageOf(driver(state))).toContain(message);
  });

  test('and a lookup that returns an error has got nothing', async () => {
    const scheme = await schemeOf(driver('node_add(object);', 'node_find, node_put'));
    // Had it, the put of a thread that holds nothing would free what another holds.
    expect(faultsOf(scheme, 2, 2)).toEqual([]);
  });
});

test('words are found behind a wait for a bias that one op adds, though others count up and down', async () => {
  const scheme = await schemeOf(`${NODE}
#define BIAS (INT_MIN + 1)
static int drained;
static struct node *node_get(struct node *node) { return atomic_inc_unless_negative(&node->active) ? node : NULL; }
static void node_put(struct node *node)
{
	if (atomic_dec_return(&node->active) == BIAS)
		wake_up_all(&node->queue);
}
static void node_remove(struct node *node)
{
	spin_lock(&node->lock);
	if (atomic_read(&node->active) >= 0)
		atomic_add(BIAS, &node->active);
	spin_unlock(&node->lock);
	wait_event(node->queue, atomic_read(&node->active) == BIAS);
	drained++;
}
REFUZZ_SCHEME(struct node, active);
REFUZZ_STATE(idle, .live = true);
REFUZZ_OPS(node_get, node_put);
REFUZZ_ACT(remove) { node_remove(object); return REFUZZ_VOID; }`);
  expect(scheme.words!.map(({ name }) => name)).toContain('drained');
  expect(faultsOf(scheme, 2, 2)).toEqual([]);
});

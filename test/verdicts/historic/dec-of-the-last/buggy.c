/*
 * The table drops its reference when a rule is removed.
 *
 * It does so by a plain decrement, as if somebody else always held the rule.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct rule {
	atomic_t refs;
};

static DEFINE_SPINLOCK(table);

static bool rule_get(struct rule *rule)
{
	bool found;

	spin_lock(&table);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&rule->refs);
	spin_unlock(&table);
	return found;
}

static void rule_put(struct rule *rule)
{
	if (atomic_dec_and_test(&rule->refs))
		kfree(rule);
}

static bool rule_remove(struct rule *rule)
{
	bool was_there;

	spin_lock(&table);
	was_there = refuzz_linked() == REFUZZ_LIVE;
	refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&table);
	if (was_there)
		atomic_dec(&rule->refs);
	return was_there;
}

REFUZZ_SCHEME(struct rule, refs);
REFUZZ_WORD(table);
REFUZZ_STATE(listed)
{
	atomic_set(&object->refs, 1);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(held)
{
	atomic_set(&object->refs, 2);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}

REFUZZ_GET(get) { return rule_get(object); }
REFUZZ_PUT(put) { rule_put(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return rule_remove(object) ? REFUZZ_GRANTED : REFUZZ_VOID; }

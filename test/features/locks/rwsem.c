/* A writer makes the change and goes on as a reader. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/rwsem.h>

struct node { atomic_t refs; };
static DECLARE_RWSEM(sem);

REFUZZ_SCHEME(struct node, refs);
REFUZZ_WORD(sem);
REFUZZ_STATE(idle) { atomic_set(&object->refs, 1); refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(one) { atomic_set(&object->refs, 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }

REFUZZ_GET(lookup)
{
	bool found;

	if (!down_read_trylock(&sem))
		down_read(&sem);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		atomic_inc(&object->refs);
	up_read(&sem);
	return found;
}

REFUZZ_PUT(put)
{
	if (atomic_dec_and_test(&object->refs))
		refuzz_free();
}

REFUZZ_ACT(unlink)
{
	bool was;

	if (down_write_trylock(&sem) == 0 && down_write_killable(&sem))
		return REFUZZ_REFUSED;
	was = refuzz_linked() == REFUZZ_LIVE;
	if (was)
		refuzz_link(REFUZZ_NOWHERE);
	downgrade_write(&sem);
#ifdef AS_WRITER
	up_write(&sem);
#else
	up_read(&sem);
#endif
	if (!was)
		return REFUZZ_VOID;
	if (atomic_dec_and_test(&object->refs))
		refuzz_free();
	return REFUZZ_GRANTED;
}

#ifdef UPGRADE
/* Two readers who both want to go on alone wait for each other. */
REFUZZ_ACT(upgrade)
{
	down_read(&sem);
	down_write(&sem);
	up_write(&sem);
	return REFUZZ_VOID;
}
#endif

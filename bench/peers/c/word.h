/*
 * The word under test, as kernel code sees an atomic_t. In the build for one thread an access is an access. In the build
 * for several (-DTOGETHER) it first gives way to the scheduler in together.c, which decides who goes next.
 */
#include <limits.h>
#include <stdbool.h>

static int word;
static bool has_warned;

#ifdef TOGETHER
static void give_way(void);
#else
static void give_way(void) {}
#endif

static int atomic_read(void)
{
	give_way();
	return word;
}

static void atomic_set(int value)
{
	give_way();
	word = value;
}

static int atomic_fetch_add(int i)
{
	give_way();
	int old = word;

	word = old + i;
	return old;
}

static int atomic_fetch_sub(int i)
{
	return atomic_fetch_add(-i);
}

/* As in the kernel: tells in *old what it saw. */
static bool atomic_try_cmpxchg(int *old, int desired)
{
	give_way();
	if (word != *old) {
		*old = word;
		return false;
	}
	word = desired;
	return true;
}

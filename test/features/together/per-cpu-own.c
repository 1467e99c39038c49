/*
 * Readers count on their CPU. Who is inside already, by a depth of his own, counts no second time; EACH counts down at every
 * exit all the same.
 */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/percpu.h>

struct gate { atomic_t closed; };

static DEFINE_PER_CPU(int, users);
REFUZZ_THREAD_LOCAL(int, depth);

REFUZZ_SCHEME(struct gate, closed);
REFUZZ_STATE(open) { refuzz_start(); }
/* Both threads are inside. */
REFUZZ_STATE(inside)
{
	refuzz_start();
	depth = 1;
	per_cpu(users, 0) = 1;
	per_cpu(users, 1) = 1;
	refuzz_hold(0);
	refuzz_hold(1);
}

REFUZZ_GET(enter)
{
	if (depth > 0) {
		depth++;
		return true;
	}
	this_cpu_inc(users);
	smp_mb();
	if (atomic_read(&object->closed)) {
		this_cpu_dec(users);
		return false;
	}
	depth = 1;
	return true;
}
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_PUT(leave)
{
	depth--;
#ifndef EACH
	if (depth > 0)
		return;
#endif
	this_cpu_dec(users);
}
REFUZZ_ACT(close)
{
	int cpu, sum = 0;

	if (atomic_xchg(&object->closed, 1))
		return REFUZZ_VOID;
	for_each_possible_cpu(cpu)
		sum += per_cpu(users, cpu);
	if (sum) {
		atomic_set(&object->closed, 0);
		return REFUZZ_REFUSED;
	}
	refuzz_stop();
	return REFUZZ_GRANTED;
}

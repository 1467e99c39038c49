/* Every CPU counts for itself; who closes looks at all of them. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/percpu.h>

struct gate { atomic_t closed; };
static DEFINE_PER_CPU(int, users);

REFUZZ_SCHEME(struct gate, closed);
REFUZZ_STATE(open) { atomic_set(&object->closed, 0); refuzz_start(); }

REFUZZ_GET(get)
{
	if (atomic_read(&object->closed))
		return false;
	this_cpu_inc(users);
#ifndef BLIND
	/* It may have been closed in between. */
	smp_mb();
	if (atomic_read(&object->closed)) {
		this_cpu_dec(users);
		return false;
	}
#endif
	return true;
}
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_PUT(put) { this_cpu_dec(users); }
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

#pragma once
#include "seen.h"

/* How often the threads are let loose. */
static int rounds = 1000000;

/* The round that the threads are to run; -1 ends them. */
static atomic_t round_number;
/* The threads that have not yet ended the round. */
static atomic_t running;

/* The races are a few instructions wide: in each round the threads begin at other moments. */
static void wait_a_moment(int round, long self)
{
	int left;

	for (left = (round >> (5 * self)) & 31; left > 0; left--)
		barrier();
}

static int run_worker(void *data)
{
	long self = (long)data;
	int last = 0;
	size_t i;

	for (;;) {
		int now = atomic_read_acquire(&round_number);

		if (now == last) {
			cpu_relax();
			cond_resched();
			continue;
		}
		last = now;
		wait_a_moment(now, self);
		for (i = 0; now > 0 && i < ARRAY_SIZE(steps); i++)
			if (steps[i].thread == self)
				seen[i] = run_op(steps[i].op);
		atomic_dec_return(&running);
		if (now < 0)
			return 0;
	}
}

static void run_round(int number, int threads)
{
	atomic_set(&running, threads);
	atomic_set_release(&round_number, number);
	while (atomic_read_acquire(&running) > 0) {
		cpu_relax();
		cond_resched();
	}
}

static bool as_recorded(int word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (seen[i] != steps[i].recorded)
			return false;
	return word == RECORDED_WORD;
}

/*
 * Runs all rounds, ten seconds at most. Gives how many it ran, and in how many of them all was as
 * recorded.
 */
static int run_rounds(int *run, int *hits)
{
	static struct task_struct *tasks[THREADS];
	unsigned long end = jiffies + 10 * HZ;
	int started, ret = 0;

	*run = 0;
	*hits = 0;
	atomic_set(&round_number, 0);
	for (started = 0; started < THREADS; started++) {
		tasks[started] =
			kthread_run(run_worker, (void *)(long)started, "refuzz/%d", started);
		if (IS_ERR(tasks[started])) {
			ret = PTR_ERR(tasks[started]);
			break;
		}
		get_task_struct(tasks[started]);
	}
	while (!ret && *run < rounds && time_before(jiffies, end)) {
		set_counter(START);
		run_round(++*run, THREADS);
		*hits += as_recorded(read_counter());
	}
	run_round(-1, started);
	/* Returns when the threads are gone, and with them all that runs this code. */
	while (started-- > 0) {
		kthread_stop(tasks[started]);
		put_task_struct(tasks[started]);
	}
	return ret;
}

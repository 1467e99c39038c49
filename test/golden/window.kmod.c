// SPDX-License-Identifier: GPL-2.0
/*
 * refcount-v5.5: read-zero-result-transient
 *
 * inc takes the word from 0 to 1 and has not yet stored 0xC0000000 when read comes
 * between: it returns 1, as no order of indivisible ops would have it. It lies inside the
 * window that the counter documents. Source: Documentation/atomic_t.txt;
 * include/linux/refcount.h and lib/refcount.c, v5.5 and later.
 *
 * Subject: refcount/v5.5. Reference: atomic. Start: 0.
 * Case: refcount-v5.5/read-zero-result-transient.yaml, found by random.
 *
 * The ops of a kernel cannot be stopped half-way, and this divergence takes one that is. So the
 * threads are let loose together again and again (a million rounds, ten seconds at most), and the
 * rounds that end as recorded are counted. It takes two processors, and luck: "agrees" only says
 * that it did not happen this time.
 *
 * Build:  make, or make KDIR=<kernel tree>. The Makefile beside this file:
 *
 *	KDIR ?= /lib/modules/$(shell uname -r)/build
 *	obj-m := repro.o
 *	all:
 *		$(MAKE) -C $(KDIR) M=$(CURDIR) modules
 *
 * Run:    insmod repro.ko; dmesg | grep refuzz:; rmmod repro
 *
 * Loading it runs the program; it loads whatever comes out. Its last line in the log is the
 * verdict: "refuzz: DIVERGES ..." when the divergence shows, "refuzz: agrees ..." when it does
 * not, and "refuzz: unknown ..." when it cannot be told.
 */

#define pr_fmt(fmt) "refuzz: " fmt

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/string.h>

/* A call: who makes it, what it gave when this was recorded, and what the reference gives. */
struct step {
	int thread;
	int op;
	int recorded;
	int reference;
};

static refcount_t counter;

static void set_counter(int value)
{
	refcount_set(&counter, value);
}

static int read_counter(void)
{
	return (int)refcount_read(&counter);
}

#define START		(0)
#define THREADS		2
/* The word at the end: as recorded, and as the reference leaves it. */
#define RECORDED_WORD	(INT_MIN / 2)
#define SIGNATURE	"read-zero-result-transient"

static const char signature[] = "refcount-v5.5 read-zero-result-transient";

static const char * const op_names[] = {
	"inc()",
	"read()",
};

/* In the order of the calls; an op without an answer gives 0. */
static const struct step steps[] = {
	{ 0, 0, 0, 0 },
	{ 1, 1, 1, 1 },
};

static int run_op(int op)
{
	switch (op) {
	case 0:
		refcount_inc(&counter);
		return 0;
	case 1:
		return (int)refcount_read(&counter);
	}
	return 0;
}

/* What the steps gave; an op without an answer gives 0. */
static int seen[ARRAY_SIZE(steps)];

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

module_param(rounds, int, 0444);
MODULE_PARM_DESC(rounds, "how often the threads are let loose");

static int __init repro_init(void)
{
	int run, hits, ret;
	size_t i;

	pr_info("begin %s\n", signature);
	ret = run_rounds(&run, &hits);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		pr_info("thread %d: %s, recorded %d, one after another the reference gives %d\n",
			steps[i].thread, op_names[steps[i].op], steps[i].recorded,
			steps[i].reference);
	pr_info("word at the end, recorded: %d\n", RECORDED_WORD);
	if (hits > 0)
		pr_info("DIVERGES %s: as recorded in %d of %d rounds\n", signature, hits, run);
	else
		pr_info("agrees %s: not seen in %d rounds\n", signature, run);
	return 0;
}
module_init(repro_init);

static void __exit repro_exit(void)
{
}
module_exit(repro_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A reproducer written by refuzz: " SIGNATURE);

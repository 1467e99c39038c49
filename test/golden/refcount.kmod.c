// SPDX-License-Identifier: GPL-2.0
/*
 * refcount-v5.5: inc-zero-value-protects
 *
 * inc on 0: atomic leaves 1; refcount/v5.5 leaves 0xC0000000, warns "addition on 0;
 * use-after-free". The reference goes wrong here and the subject stops it. Source:
 * Documentation/atomic_t.txt; include/linux/refcount.h and lib/refcount.c, v5.5 and later.
 *
 * Subject: refcount/v5.5. Reference: atomic. Start: 0.
 * Case: refcount-v5.5/inc-zero-value-protects.yaml, found by random.
 *
 * The ops run one after another, each on a kernel thread of its own, in the recorded order.
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
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/module.h>
#include <linux/refcount.h>
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
#define THREADS		1
/* The word at the end: as recorded, and as the reference leaves it. */
#define RECORDED_WORD	(INT_MIN / 2)
#define REFERENCE_WORD	(1)
#define SIGNATURE	"inc-zero-value-protects"
#define RECORDED_WARNINGS	1

static const char signature[] = "refcount-v5.5 inc-zero-value-protects";

static const char * const op_names[] = {
	"inc()",
};

/* In the order of the calls; an op without an answer gives 0. */
static const struct step steps[] = {
	{ 0, 0, 0, 0 },
};

static int run_op(int op)
{
	switch (op) {
	case 0:
		refcount_inc(&counter);
		return 0;
	}
	return 0;
}

/* What the steps gave; an op without an answer gives 0. */
static int seen[ARRAY_SIZE(steps)];

/* Whether all answers and the word are those of one of the two sides. */
static bool is_as(int word, bool recorded)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (seen[i] != (recorded ? steps[i].recorded : steps[i].reference))
			return false;
	return word == (recorded ? RECORDED_WORD : REFERENCE_WORD);
}

static void report(int word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		pr_info("thread %d: %s = %d, recorded %d, reference %d\n", steps[i].thread,
			op_names[steps[i].op], seen[i], steps[i].recorded, steps[i].reference);
	pr_info("word at the end %d, recorded %d, reference %d\n", word, RECORDED_WORD,
		REFERENCE_WORD);
}

static void print_verdict(int word)
{
	if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\n", signature);
	else if (is_as(word, false))
		pr_info("agrees %s: as the reference\n", signature);
	else
		pr_info("unknown %s: neither as recorded nor as the reference\n", signature);
}

/* A thread of the program. It makes one step each time that it is told to go. */
struct worker {
	struct task_struct *task;
	struct completion go;
	struct completion done;
	/* The step to make; ARRAY_SIZE(steps) ends the thread. */
	size_t step;
};

static int run_worker(void *data)
{
	struct worker *worker = data;

	for (;;) {
		wait_for_completion(&worker->go);
		if (worker->step == ARRAY_SIZE(steps))
			break;
		seen[worker->step] = run_op(steps[worker->step].op);
		complete(&worker->done);
	}
	return 0;
}

static void let_step(struct worker *worker, size_t step)
{
	worker->step = step;
	complete(&worker->go);
	wait_for_completion(&worker->done);
}

/* Returns when the thread is gone, and with it all that runs this code. */
static void end_worker(struct worker *worker)
{
	worker->step = ARRAY_SIZE(steps);
	complete(&worker->go);
	kthread_stop(worker->task);
	put_task_struct(worker->task);
}

/* Runs the steps, each on the thread that it belongs to, and reads the word. */
static int run_steps(int *word)
{
	static struct worker workers[THREADS];
	int started, ret = 0;
	size_t i;

	set_counter(START);
	for (started = 0; started < THREADS; started++) {
		struct worker *worker = &workers[started];

		init_completion(&worker->go);
		init_completion(&worker->done);
		worker->task = kthread_run(run_worker, worker, "refuzz/%d", started);
		if (IS_ERR(worker->task)) {
			ret = PTR_ERR(worker->task);
			break;
		}
		get_task_struct(worker->task);
	}
	for (i = 0; !ret && i < ARRAY_SIZE(steps); i++)
		let_step(&workers[steps[i].thread], i);
	*word = read_counter();
	while (started-- > 0)
		end_worker(&workers[started]);
	return ret;
}

/* Warnings of the counter since this began. */
static int warned;

/* Reads the log back, from the line that says that this began. */
static void count_warnings(void)
{
	static char line[512];
	struct kmsg_dump_iter iter;
	size_t length;

	kmsg_dump_rewind(&iter);
	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &length)) {
		line[length] = '\0';
		if (strstr(line, "refuzz: begin"))
			warned = 0;
		else if (strstr(line, "refcount_t: "))
			warned++;
	}
	pr_info("warnings %d, recorded %d\n", warned, RECORDED_WARNINGS);
}

static int __init repro_init(void)
{
	int word, ret;

	pr_info("begin %s\n", signature);
	ret = run_steps(&word);
	if (ret)
		return ret;
	count_warnings();
	report(word);
	print_verdict(word);
	return 0;
}
module_init(repro_init);

static void __exit repro_exit(void)
{
}
module_exit(repro_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A reproducer written by refuzz: " SIGNATURE);

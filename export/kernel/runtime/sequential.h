#pragma once
#include "seen.h"

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

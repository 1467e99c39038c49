#pragma once
#include "calls.h"
#include "turns.h"

/* Ends a thread that has made its ops. */
static void end_thread(void)
{
	for (int at = now + 1; has_turn && at < side->length; at++)
		if (side->schedule[at] == self)
			cannot_run("a thread has no op left");
	pass_turn();
}

/* Runs a side on so many real threads, which take turns as its schedule says. */
static void run_threads(const struct side *which, int count, void *(*run_thread)(void *))
{
	static const struct row head = { "op", "access", VALUES, "" };
	static int numbers[THREADS + 1];
	pthread_t threads[THREADS + 1];

	side = which;
	now = 0;
	call_count = 0;
	print_row("thread", &head);
	for (int thread = 0; thread < count; thread++) {
		numbers[thread] = thread;
		if (pthread_create(&threads[thread], NULL, run_thread, &numbers[thread]) != 0)
			cannot_run("no thread can be made");
	}
	for (int thread = 0; thread < count; thread++)
		pthread_join(threads[thread], NULL);
	printf("\n");
}

#pragma once
#include "../words.h"
#include "thread.h"

/* The word when all threads were done. */
static int final;

static void run(const struct side *which)
{
	atomic_store(&words[W_COUNT], START);
	run_threads(which, THREADS, run_thread);
	for (int thread = 0; thread < THREADS; thread++)
		if (stopped[thread])
			cannot_run("the schedule ends inside an op");
	final = atomic_load(&words[W_COUNT]);
}

/* Prints the results by thread, the word and the warnings. */
static void print_summary(const char *title, int word)
{
	const char *before = ", warns: ";

	printf("%s results ", title);
	for (int thread = 0; thread < THREADS; thread++) {
		const char *comma = "";

		printf(thread > 0 ? " [" : "[");
		for (int at = 0; at < call_count; at++) {
			if (calls[at].thread != thread)
				continue;
			printf("%s%s", comma, calls[at].outcome.result);
			comma = ", ";
		}
		printf("]");
	}
	printf(", word %s", show(word).text);
	for (int at = 0; at < call_count; at++)
		before = print_warnings(before, calls[at].outcome.warnings);
	printf("\n");
}

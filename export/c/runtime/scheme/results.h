#pragma once
#include "object.h"
#include "seen.h"
#include "../turns.h"

/* By thread: the results so far, and how many ops that is. */
static char results[THREADS][160];
static int done[THREADS];

/* The results of all threads at this moment. */
static void vector_now(char *text, size_t size)
{
	text[0] = '\0';
	for (int thread = 0; thread < THREADS; thread++) {
		const size_t used = strlen(text);

		snprintf(text + used, size - used, "%s%s", thread > 0 ? " | " : "",
			 results[thread]);
	}
}

/*
 * Adds a result of this thread. The run has begun, except for ops that are skipped before it does.
 */
static void push(const char *result, bool has_begun)
{
	const size_t used = strlen(results[self]);

	snprintf(results[self] + used, sizeof(results[self]) - used, "%s%s", used > 0 ? ", " : "",
		 result);
	done[self]++;
	if (!has_begun)
		return;
	object.left--;
	if (COMPARED == RESULTS) {
		char vector[700];

		vector_now(vector, sizeof(vector));
		look_at(vector);
	}
}

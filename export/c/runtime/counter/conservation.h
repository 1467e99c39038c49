#pragma once
#include "../example/counter-ops.h"
#include "run.h"

/*
 * The word ends as the start plus what was gained, and at most one put was told that it was the
 * last.
 */
static bool diverges(const struct side *which)
{
	unsigned int expected = START;
	int last = 0;

	(void)which;
	for (int at = 0; at < call_count; at++) {
		const bool yes = strcmp(calls[at].outcome.result, "true") == 0;

		expected += (unsigned int)gains[calls[at].op][yes];
		last += yes && is_last_put[calls[at].op];
	}
	return (int)expected != final || (START > 0 && last > 1);
}

#pragma once
#include <stdbool.h>

/* What an op gave: its result as text, and its warnings, one a line. */
struct outcome {
	const char *result;
	const char *warnings;
};

/*
 * A side of the comparison: its ops by number, and its schedule, which is the thread of each
 * access.
 */
struct side {
	struct outcome (*const *ops)(void);
	const int *schedule;
	int length;
};

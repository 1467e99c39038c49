#pragma once
#include <stdbool.h>

/* What the ideal counter, an integer that never wraps, gives for an op. */
struct ideal {
	const char *op;
	const char *result;
	/* The count, folded to 32 bits. */
	int word;
	/* The op is misuse, or the word cannot hold the count. */
	bool objects;
};

#pragma once
#include "../turns.h"
#include "../words.h"

/* Runs one op with nothing between its accesses. */
static struct outcome whole(const struct side *which, int number, int *word)
{
	struct outcome outcome;

	op = number;
	atomic_store(&words[W_COUNT], *word);
	outcome = which->ops[number]();
	*word = atomic_load(&words[W_COUNT]);
	return outcome;
}

#pragma once
#include "seen.h"

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

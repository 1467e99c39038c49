#pragma once
#include "../example/counter-ops.h"
#include "../text.h"

/* What the ideal counter gives, in the order in which the subject's ops were called. */
static void print_expected(void)
{
	const char *before = "ideal:     ";

	for (size_t at = 0; at < sizeof(ideal) / sizeof(ideal[0]); at++) {
		printf("%s%s = %s, word %s", before, ideal[at].op, ideal[at].result,
		       show(ideal[at].word).text);
		before = "; ";
	}
	printf("\n");
}

/* The ideal counter is data: nothing of it can diverge. */
static bool run_reference(void)
{
	print_expected();
	return false;
}

#pragma once
#include "../report.h"

/* The sides differ in a warning, and the counter never warns. */
static void print_verdict(int word)
{
	if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\n", signature);
	else
		pr_info("unknown %s: neither as recorded nor as the reference\n", signature);
}

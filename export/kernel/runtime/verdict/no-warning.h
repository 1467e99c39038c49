#pragma once
#include "../report.h"
#include "../warnings.h"

/* The sides differ in a warning that the counter, which can warn, does not give. */
static void print_verdict(int word)
{
	if (is_as(word, true) && warned > 0)
		pr_info("agrees %s: it warned\n", signature);
	else if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\n", signature);
	else
		pr_info("unknown %s: neither as recorded nor as the reference\n", signature);
}

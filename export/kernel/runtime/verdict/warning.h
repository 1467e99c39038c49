#pragma once
#include "../report.h"
#include "../warnings.h"

/*
 * The sides differ in a warning alone. A kernel prints it once per boot, so that none says little.
 */
static void print_verdict(int word)
{
	if (is_as(word, true) && warned == 0)
		pr_info("unknown %s: no warning was seen; one is shown once per boot\n", signature);
	else if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\n", signature);
	else
		pr_info("unknown %s: neither as recorded nor as the reference\n", signature);
}

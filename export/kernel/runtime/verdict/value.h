#pragma once
#include "../report.h"

static void print_verdict(int word)
{
	if (is_as(word, true))
		pr_info("DIVERGES %s: as recorded\n", signature);
	else if (is_as(word, false))
		pr_info("agrees %s: as the reference\n", signature);
	else
		pr_info("unknown %s: neither as recorded nor as the reference\n", signature);
}

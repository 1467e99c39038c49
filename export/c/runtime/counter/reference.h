#pragma once
#include "../example/question.h"
#include "run.h"
#include "whole.h"

/*
 * What the reference gives when it runs its ops one after another, in the order in which the
 * subject's were called.
 */
static void print_expected(void)
{
	int word = START;

	for (int at = 0; at < call_count; at++)
		calls[at].outcome = whole(&reference, calls[at].op, &word);
	print_summary("reference:", word);
}

static bool run_reference(void)
{
	run(&reference);
	print_summary("reference:", final);
	return diverges(&reference);
}

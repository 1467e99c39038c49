#pragma once
#include "../example/counter-ops.h"
#include "run.h"
#include "whole.h"

/* The one op: its result, the word and its warnings against those of the reference. */
static bool diverges(const struct side *which)
{
	int word = START;
	const struct outcome seen = calls[0].outcome;
	const struct outcome expected = whole(&reference, calls[0].op, &word);

	(void)which;
	return strcmp(seen.result, expected.result) != 0 || final != word ||
	       strcmp(seen.warnings, expected.warnings) != 0;
}

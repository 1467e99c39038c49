#pragma once
#include "../example/counter-ops.h"
#include "run.h"

/*
 * The one op against the ideal counter. To object is to warn, or to pin the word to the saturation
 * value.
 */
static bool diverges(const struct side *which)
{
	const struct outcome seen = calls[0].outcome;
	const bool is_pinned = SATURATES && final == SATURATED && final != ideal[0].word;
	const bool objects = seen.warnings[0] != '\0' || is_pinned;

	(void)which;
	if (objects || ideal[0].objects)
		return objects != ideal[0].objects;
	return strcmp(seen.result, ideal[0].result) != 0 || final != ideal[0].word;
}

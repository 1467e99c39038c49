#pragma once
#include "../example/counter-ops.h"
#include "pinned-word.h"
#include "run.h"

/* A word that was pinned stays pinned. The reference has given no such promise. */
static bool diverges(const struct side *which)
{
	return which == &subject && final != SATURATED && came_loose;
}

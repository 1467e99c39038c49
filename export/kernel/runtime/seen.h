#pragma once
#include "example/case.h"

/* What the steps gave; an op without an answer gives 0. */
static int seen[ARRAY_SIZE(steps)];

#pragma once
#include "object.h"

static bool is_held(void)
{
	for (int thread = 0; thread < SLOTS; thread++)
		if (object.held[thread] > 0)
			return true;
	return false;
}

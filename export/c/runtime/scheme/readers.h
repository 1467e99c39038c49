#pragma once
#include "object.h"

/* Threads inside an RCU read section, a bit each. */
static unsigned int readers(void)
{
	unsigned int bits = 0;

	for (int thread = 0; thread < SLOTS; thread++)
		if (object.inside[thread] > 0)
			bits |= 1u << thread;
	return bits;
}

#pragma once
#include "object.h"
#include "../calls.h"
#include "../turns.h"

static void open_call(void)
{
	opened = true;
	call = &calls[call_count++];
	*call = (struct call){ self, op, now, -1, { "", "" } };
	/* A hold ends when the put begins: from then on the thread may not rely on the object. */
	if (self < THREADS && roles[op] == PUT)
		object.held[self]--;
}

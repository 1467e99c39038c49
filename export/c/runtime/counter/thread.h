#pragma once
#include "../calls.h"
#include "../notes.h"
#include "../threads.h"

/* Calls the ops of one thread. */
static void *run_thread(void *number)
{
	self = *(const int *)number;
	for (const int *next = program[self]; *next >= 0; next++) {
		struct outcome outcome;

		op = *next;
		opened = false;
		outcome = side->ops[op]();
		call->returned = now;
		call->outcome = outcome;
		add_to_end("= ", outcome.result);
		if (outcome.warnings[0] != '\0')
			add_to_end("!! ", outcome.warnings);
	}
	end_thread();
	return NULL;
}

#pragma once
#include "../scheme/facts.h"
#include "../scheme/readers.h"
#include "../notes.h"

static void call_rcu(void)
{
	take_turn();
	note("call_rcu", "");
	if (object.freed > 0)
		note_fact(USE_AFTER_FREE);
	if (object.pending > 0)
		note_fact(DOUBLE_FREE);
	object.pending++;
	object.call_waits |= readers();
}

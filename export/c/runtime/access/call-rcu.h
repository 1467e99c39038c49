#pragma once
#include "../scheme/readers.h"
#include "../notes.h"

static void call_rcu(void)
{
	take_turn();
	object.pending++;
	object.call_waits |= readers();
	note("call_rcu", "");
}

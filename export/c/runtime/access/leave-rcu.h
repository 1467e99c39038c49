#pragma once
#include "../scheme/object.h"
#include "../notes.h"

static void leave_rcu(void)
{
	take_turn();
	object.inside[self]--;
	note("rcu_read_unlock", "");
	if (object.inside[self] > 0)
		return;
	object.call_waits &= ~(1u << self);
	object.note_waits &= ~(1u << self);
}

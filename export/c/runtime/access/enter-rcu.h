#pragma once
#include "../scheme/object.h"
#include "../notes.h"

static void enter_rcu(void)
{
	take_turn();
	object.inside[self]++;
	note("rcu_read_lock", "");
}

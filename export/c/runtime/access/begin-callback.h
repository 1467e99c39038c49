#pragma once
#include "../scheme/object.h"
#include "../notes.h"

static void begin_callback(void)
{
	take_turn();
	if (object.pending == 0 || object.call_waits != 0)
		cannot_run("the grace period is not over");
	object.pending--;
	object.calling = true;
	note("grace period is over", "");
}

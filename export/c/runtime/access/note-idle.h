#pragma once
#include "../scheme/readers.h"
#include "../notes.h"

static void note_idle(void)
{
	take_turn();
	object.noted = true;
	object.note_waits = readers();
	note("note idle", "");
}

#pragma once
#include "../scheme/object.h"
#include "../notes.h"

static void clear_idle(void)
{
	take_turn();
	object.noted = false;
	object.note_waits = 0;
	note("clear idle note", "");
}

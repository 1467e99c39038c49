#pragma once
#include "../scheme/facts.h"
#include "../scheme/is-held.h"

static void free_object(void)
{
	take_turn();
	note("free", "");
	if (object.freed > 0)
		note_fact(DOUBLE_FREE);
	else if (is_held())
		note_fact(FREED_WHILE_HELD);
	object.freed++;
}

#pragma once
#include "../scheme/facts.h"

static void use(void)
{
	take_turn();
	note("use", "");
	if (object.freed > 0)
		note_fact(USE_AFTER_FREE);
}

#pragma once
#include "object.h"
#include "../notes.h"

/* Notes a fact about the object's life behind the access that brought it about. */
static void note_fact(enum fact fact)
{
	if (!object.facts[fact] && self >= 0)
		add_to_end("!! ", fact_names[fact]);
	object.facts[fact] = true;
}

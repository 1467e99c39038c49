#pragma once
#include "note-change.h"

static int fetch_add(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_add(", value, ")", word,
			   atomic_fetch_add_explicit(&words[word], value, order));
}

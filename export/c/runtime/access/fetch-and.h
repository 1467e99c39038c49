#pragma once
#include "note-change.h"

static int fetch_and(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_and(", value, ")", word,
			   atomic_fetch_and_explicit(&words[word], value, order));
}

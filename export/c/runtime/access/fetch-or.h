#pragma once
#include "note-change.h"

static int fetch_or(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_or(", value, ")", word,
			   atomic_fetch_or_explicit(&words[word], value, order));
}

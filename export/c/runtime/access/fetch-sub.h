#pragma once
#include "note-change.h"

static int fetch_sub(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_sub(", value, ")", word,
			   atomic_fetch_sub_explicit(&words[word], value, order));
}

#pragma once
#include "note-change.h"

static int fetch_xor(int word, int value, memory_order order)
{
	take_turn();
	return note_change("fetch_xor(", value, ")", word,
			   atomic_fetch_xor_explicit(&words[word], value, order));
}

#pragma once
#include "note-change.h"

static int exchange(int word, int value, memory_order order)
{
	take_turn();
	return note_change("exchange(", value, ")", word,
			   atomic_exchange_explicit(&words[word], value, order));
}

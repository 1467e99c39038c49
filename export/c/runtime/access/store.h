#pragma once
#include "../example/word.h"
#include "note-change.h"

static void store(int word, int value, memory_order order)
{
	int old;

	take_turn();
	old = atomic_load(&words[word]);
	atomic_store_explicit(&words[word], value, order);
	note_change("store ", value, "", word, old);
}

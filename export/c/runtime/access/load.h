#pragma once
#include "../example/word.h"

static int load(int word, memory_order order)
{
	take_turn();
	return note_word("load", word, atomic_load_explicit(&words[word], order));
}

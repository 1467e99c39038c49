#pragma once
#include "../example/word.h"

static int compare_exchange(int word, int expected, int desired, memory_order order)
{
	int old = expected;
	char text[48];

	take_turn();
	atomic_compare_exchange_strong_explicit(&words[word], &old, desired, order,
						memory_order_relaxed);
	snprintf(text, sizeof(text), "cmpxchg(%s, %s)", show(expected).text, show(desired).text);
	return note_word(text, word, old);
}

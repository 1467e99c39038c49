#pragma once
#include "../scheme/word.h"
#include "lock-name.h"

static void unlock(int word)
{
	char text[48];

	take_turn();
	atomic_store(&words[word], 0);
	snprintf(text, sizeof(text), "unlock%s", lock_name(word).text);
	note(text, "");
	touch(word);
}

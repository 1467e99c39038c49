#pragma once
#include "../scheme/word.h"
#include "lock-name.h"

static void lock(int word)
{
	char text[48];
	int free_lock = 0;

	if (!wait_for_turn()) {
		object.blocked[self] = atomic_load(&words[word]) != 0;
		stop();
	}
	if (!atomic_compare_exchange_strong(&words[word], &free_lock, 1))
		cannot_run("a thread waits for a lock that another one has");
	snprintf(text, sizeof(text), "lock%s", lock_name(word).text);
	note(text, "");
	touch(word);
}

#pragma once
#include "../example/scheme-case.h"
#include <stdio.h>
#include <string.h>

struct lock_name {
	char text[32];
};

/* One lock is the lock; others have names. */
static struct lock_name lock_name(int word)
{
	struct lock_name name = { "" };

	if (strcmp(word_names[word], "lock") != 0)
		snprintf(name.text, sizeof(name.text), " %.20s", word_names[word]);
	return name;
}

#pragma once
#include "../notes.h"
#include "../words.h"

/* Whether the word has left its saturation value. */
static bool came_loose;

/* Notes an access to the word, which held "old" before. Returns that. */
static int note_word(const char *access, int word, int old)
{
	const int value = atomic_load(&words[word]);

	note(access, change(old, value).text);
	if (self >= 0 && old == SATURATED && value != old)
		came_loose = true;
	return old;
}

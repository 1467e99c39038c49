#pragma once
#include "../notes.h"
#include "../words.h"

/* Notes an access to the word, which held "old" before. Returns that. */
static int note_word(const char *access, int word, int old)
{
	note(access, change(old, atomic_load(&words[word])).text);
	return old;
}

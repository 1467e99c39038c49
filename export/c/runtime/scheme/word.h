#pragma once
#include "facts.h"
#include "../words.h"

/* An access to a word that lies in the object. */
static void touch(int word)
{
	if (in_object[word] && object.freed > 0)
		note_fact(USE_AFTER_FREE);
}

/* Notes an access to a word, which held "old" before. Returns that. */
static int note_word(const char *access, int word, int old)
{
	char values[64];

	snprintf(values, sizeof(values), "%.20s %s", word_names[word],
		 change(old, atomic_load(&words[word])).text);
	note(access, values);
	touch(word);
	return old;
}

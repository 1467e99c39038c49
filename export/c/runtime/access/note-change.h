#pragma once
#include "../example/word.h"

/* Notes an access that has an operand. */
static int note_change(const char *access, int value, const char *close, int word, int old)
{
	char text[48];

	snprintf(text, sizeof(text), "%s%s%s", access, show(value).text, close);
	return note_word(text, word, old);
}

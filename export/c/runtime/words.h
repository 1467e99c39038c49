#pragma once
#include "example/case.h"
#include "text.h"
#include <stdatomic.h>

/* The shared memory of the ops. */
static atomic_int words[WORDS];

struct change {
	char text[40];
};

/* What an access did to a word: "1" if it left it as it was, "1 -> 2" if it did not. */
static struct change change(int old, int value)
{
	struct change change;

	if (value == old)
		snprintf(change.text, sizeof(change.text), "%s", show(old).text);
	else
		snprintf(change.text, sizeof(change.text), "%s -> %s", show(old).text,
			 show(value).text);
	return change;
}

#pragma once
#include "../example/scheme-case.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_allowed(const char *text)
{
	for (size_t at = 0; at < sizeof(allowed) / sizeof(allowed[0]); at++)
		if (allowed[at] != NULL && strcmp(allowed[at], text) == 0)
			return true;
	return false;
}

/* What was seen and the reference never gives, each once. */
static char strange[8][700];
static int strange_count;

/* Compares one of the things that decide with those allowed; several lines are so many things. */
static void look_at(const char *text)
{
	const char *next = strchr(text, '\n');

	if (next != NULL) {
		char first[160];

		snprintf(first, sizeof(first), "%.*s", (int)(next - text), text);
		look_at(first);
		look_at(next + 1);
		return;
	}
	if (is_allowed(text) || strange_count == 8)
		return;
	for (int at = 0; at < strange_count; at++)
		if (strcmp(strange[at], text) == 0)
			return;
	snprintf(strange[strange_count++], sizeof(strange[0]), "%s", text);
}

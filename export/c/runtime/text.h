#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exit code 2: no verdict. */
static _Noreturn void cannot_run(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "cannot run: %s\n", why);
	exit(2);
}

struct shown {
	char text[16];
};

/* A value as the table shows it: small ones in decimal, others so that their bits can be read. */
static struct shown show(int value)
{
	struct shown shown;

	if (value >= -4096 && value <= 4096)
		snprintf(shown.text, sizeof(shown.text), "%d", value);
	else
		snprintf(shown.text, sizeof(shown.text), "0x%08X", (unsigned int)value);
	return shown;
}

/*
 * Prints the warnings of an op on the line, if there are any. Returns what to print before the next
 * ones.
 */
static const char *print_warnings(const char *before, const char *text)
{
	if (text[0] == '\0')
		return before;
	fputs(before, stdout);
	for (; *text != '\0'; text++)
		fputs(*text == '\n' ? "; " : (char[]){ *text, '\0' }, stdout);
	return "; ";
}

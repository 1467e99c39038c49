#pragma once
#include "example/open-call.h"
#include "turns.h"

/* Puts an access into the table. A call begins with its first access. */
static void note(const char *access, const char *values)
{
	if (self < 0)
		return;
	row.op = opened ? "" : names[op];
	if (!opened)
		open_call();
	snprintf(row.access, sizeof(row.access), "%s", access);
	snprintf(row.values, sizeof(row.values), "%s", values);
	row.end[0] = '\0';
}

/* Puts a result, a warning or a fact behind the access. */
static void add_to_end(const char *before, const char *text)
{
	const size_t used = strlen(row.end);

	snprintf(row.end + used, sizeof(row.end) - used, "%s%s%s", used > 0 ? "  " : "", before,
		 text);
	for (char *at = row.end; *at != '\0'; at++)
		if (*at == '\n')
			*at = ';';
}

#pragma once
#include "example/case.h"

/* Warnings of the counter since this began. */
static int warned;

/* Reads the log back, from the line that says that this began. */
static void count_warnings(void)
{
	static char line[512];
	struct kmsg_dump_iter iter;
	size_t length;

	kmsg_dump_rewind(&iter);
	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &length)) {
		line[length] = '\0';
		if (strstr(line, "refuzz: begin"))
			warned = 0;
		else if (strstr(line, "refcount_t: "))
			warned++;
	}
	pr_info("warnings %d, recorded %d\n", warned, RECORDED_WARNINGS);
}

#pragma once
#include "example/case.h"
#include "text.h"

static bool asks_for_reference(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--reference") != 0))
		cannot_run("the only flag is --reference");
	return argc == 2;
}

/* Prints the verdict and turns it into the exit code. */
static int verdict(bool found)
{
	printf("%s\n", found ? DIVERGES : "agrees");
	return found ? 1 : 0;
}

#pragma once
#include "../example/scheme-case.h"
#include <stdbool.h>

/* The state in which a side begins. */
struct start {
	int words[WORDS];
	/* Idleness was noted. */
	bool noted;
	/* By thread: references held, and RCU read sections that it is inside of. */
	int held[SLOTS];
	int inside[SLOTS];
};

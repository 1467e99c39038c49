#pragma once
#include "../example/scheme-case.h"
#include "roles.h"
#include <stdbool.h>

/* What can go wrong in the life of an object. */
enum fact {
	USE_AFTER_FREE,
	DOUBLE_FREE,
	FREED_WHILE_HELD,
	RESURRECTION,
	LEAK,
	STUCK,
	CRASH,
	FACT_COUNT
};
static const char *const fact_names[] = {
	[USE_AFTER_FREE] = "use-after-free",
	[DOUBLE_FREE] = "double-free",
	[FREED_WHILE_HELD] = "freed-while-held",
	[RESURRECTION] = "resurrection",
	[LEAK] = "leak",
	[STUCK] = "stuck",
	[CRASH] = "crash",
};

/* The object that the scheme counts references to. Only the thread that has the turn touches it. */
static struct {
	bool facts[FACT_COUNT];
	/* How often it was freed. */
	int freed;
	/*
	 * Callbacks queued by call_rcu, the readers they wait for (a bit each), and whether one is
	 * running.
	 */
	int pending;
	unsigned int call_waits;
	bool calling;
	/*
	 * Whether idleness was noted, and the readers of then that are still inside (a bit each).
	 */
	bool noted;
	unsigned int note_waits;
	/* By thread: references held, and RCU read sections that it is inside of. */
	int held[SLOTS];
	int inside[SLOTS];
	/* Ops that the threads still have to make, and whether any has warned. */
	int left;
	bool warned;
	/* By thread: it waits for a lock. */
	bool blocked[THREADS + 1];
} object;

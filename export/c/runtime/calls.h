#pragma once
#include "example/case.h"
#include "outcome.h"

/* One call of an op. It was called and it returned after so many accesses of the run. */
struct call {
	int thread;
	int op;
	int called;
	int returned;
	struct outcome outcome;
};

/* The calls of a side, in the order in which they were made. */
static struct call calls[CALLS];
static int call_count;
/* The call of this thread. */
static _Thread_local struct call *call;

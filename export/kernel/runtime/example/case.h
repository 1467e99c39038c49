/* What refuzz generates for a case stands here in the reproducer. This example is inc() on 0. */
#pragma once
#include "../counter/refcount.h"
#include "../step.h"
#include "headers.h"

#define START (0)
#define THREADS 1
/* The word at the end: as recorded, and as the reference leaves it. */
#define RECORDED_WORD (INT_MIN / 2)
#define REFERENCE_WORD (1)
#define RECORDED_WARNINGS 1
#define SIGNATURE "inc-zero-value-protects"

static const char signature[] = "refcount-v5.5 inc-zero-value-protects";

static const char *const op_names[] = {
	"inc()",
};

/* In the order of the calls; an op without an answer gives 0. */
static const struct step steps[] = {
	{ 0, 0, 0, 0 },
};

static int run_op(int op)
{
	switch (op) {
	case 0:
		refcount_inc(&counter);
		return 0;
	}
	return 0;
}

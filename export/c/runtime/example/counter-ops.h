#pragma once
#include "../access/fetch-sub.h"
#include "../access/load.h"
#include "../counter/ideal-row.h"

static struct outcome subject_put(void)
{
	const int r0 = load(W_COUNT, memory_order_relaxed);
	if (r0 != 1)
		unrecorded(r0);
	fetch_sub(W_COUNT, 1, memory_order_release);
	return (struct outcome){ "false", "" };
}

static struct outcome reference_put(void)
{
	fetch_sub(W_COUNT, 1, memory_order_release);
	return (struct outcome){ "true", "" };
}

static struct outcome (*const subject_ops[])(void) = { subject_put };
static struct outcome (*const reference_ops[])(void) = { reference_put };
static const struct side subject = { subject_ops, subject_schedule, 2 };
static const struct side reference = { reference_ops, reference_schedule, 1 };

static const struct ideal ideal[] = {
	{ "put()", "true", 0, false },
};

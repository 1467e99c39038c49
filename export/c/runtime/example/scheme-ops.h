#pragma once
#include "scheme-case.h"
#include "../access/fetch-sub.h"
#include "../access/load.h"
#include "../scheme/start.h"

static struct outcome subject_put(void)
{
	const int r0 = load(W_COUNT, memory_order_relaxed);
	if (r0 != 1)
		unrecorded(r0);
	fetch_sub(W_COUNT, 1, memory_order_release);
	return (struct outcome){ "refused", "" };
}

static struct outcome reference_put(void)
{
	fetch_sub(W_COUNT, 1, memory_order_release);
	return (struct outcome){ "granted", "" };
}

static struct outcome (*const subject_ops[])(void) = { subject_put, NULL };
static struct outcome (*const reference_ops[])(void) = { reference_put, NULL };
static const struct side subject = { subject_ops, subject_schedule, 2 };
static const struct side reference = { reference_ops, reference_schedule, 1 };

static const struct start subject_start = {
	.words = { [W_COUNT] = 1 },
	.held = { 1 },
};
static const struct start reference_start = {
	.words = { [W_COUNT] = 1 },
	.held = { 1 },
};

#pragma once
#include "../example/counter-ops.h"
#include "run.h"
#include "whole.h"

/* Sets of calls (a bit each) that no order explains from some value. */
static struct {
	int value;
	unsigned long long left;
} dead[4096];
static int dead_count;

static bool same_answer(struct outcome one, struct outcome other)
{
	return strcmp(one.result, other.result) == 0 &&
	       (!COMPARES_WARNINGS || strcmp(one.warnings, other.warnings) == 0);
}

/* Whether a call can come first: none of the others had returned when it was made. */
static bool can_be_first(int at, unsigned long long left)
{
	for (int other = 0; other < call_count; other++)
		if ((left >> other & 1) && calls[other].returned < calls[at].called)
			return false;
	return true;
}

/*
 * Linearizability, searched in the plainest way: whether some order of whole ops, in which one that
 * returned before another was called comes first, gives each op what it gave here.
 */
static bool is_explained(const struct side *which, int value, unsigned long long left)
{
	if (left == 0)
		return !COMPARES_WORD || value == final;
	for (int at = 0; at < dead_count; at++)
		if (dead[at].value == value && dead[at].left == left)
			return false;
	for (int at = 0; at < call_count; at++) {
		int word = value;

		if (!(left >> at & 1) || !can_be_first(at, left))
			continue;
		if (same_answer(whole(which, calls[at].op, &word), calls[at].outcome) &&
		    is_explained(which, word, left & ~(1ULL << at)))
			return true;
	}
	if (dead_count < 4096) {
		dead[dead_count].value = value;
		dead[dead_count++].left = left;
	}
	return false;
}

/* An op was seen half-way if no order of whole ops explains what all of them gave. */
static bool diverges(const struct side *which)
{
	return !is_explained(which, START, (1ULL << call_count) - 1);
}

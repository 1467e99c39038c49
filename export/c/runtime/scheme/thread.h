#pragma once
#include "facts.h"
#include "is-held.h"
#include "results.h"
#include "../threads.h"
#include "../words.h"

/* A put or a use by a thread that holds nothing is not made. */
static void skip_void(bool has_begun)
{
	for (;;) {
		const int next = program[self][done[self]];

		if (next < 0 || (roles[next] != PUT && roles[next] != USE) || object.held[self] > 0)
			return;
		push("void", has_begun);
	}
}

/*
 * Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has
 * said so.
 */
static void note_leak(void)
{
	if (object.left > 0 || object.warned)
		return;
	if (atomic_load(&words[W_LIST]) == 0 && !is_held() && object.pending == 0 &&
	    object.freed == 0 && !object.calling)
		note_fact(LEAK);
}

/* What the result of an op means for the object. */
static void complete(enum role role, const char *result)
{
	const bool granted = strcmp(result, "granted") == 0;

	if (granted && (role == GET || role == ENTER)) {
		object.held[self]++;
		if (role == GET && (object.freed > 0 || object.pending > 0))
			note_fact(RESURRECTION);
	}
	if (!granted && strcmp(result, "refused") != 0 && strcmp(result, "void") != 0) {
		note_fact(CRASH);
		result = "void";
	}
	push(result, true);
	skip_void(true);
}

static void run_op(int next)
{
	struct outcome outcome;

	op = next;
	opened = false;
	outcome = side->ops[op]();
	call->returned = now;
	call->outcome = outcome;
	if (self < THREADS)
		add_to_end("= ", outcome.result);
	if (outcome.warnings[0] != '\0') {
		add_to_end("!! ", outcome.warnings);
		object.warned = true;
	}
	if (self < THREADS) {
		complete(roles[op], outcome.result);
	} else {
		object.calling = false;
		if (strcmp(outcome.result, "void") != 0)
			note_fact(CRASH);
	}
	note_leak();
}

/* The last thread is RCU, whose only op is the callback. */
static void *run_thread(void *number)
{
	self = *(const int *)number;
	while (self == THREADS)
		run_op(CALLBACK);
	while (program[self][done[self]] >= 0)
		run_op(program[self][done[self]]);
	end_thread();
	return NULL;
}

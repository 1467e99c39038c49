/*
 * What refuzz generates for a case stands here in the reproducer. This example serves a counter and
 * a scheme, so that every file of this folder compiles in place: gcc -std=c11 -pthread -Wall
 * -Wextra counter.c && ./a.out
 */
#pragma once
#include "../scheme/roles.h"
#include <stdbool.h>
#include <stddef.h>

enum { W_COUNT, W_LIST, W_LOCK, WORDS };
#define THREADS 1
#define SLOTS 5
#define CALLS 3
#define START 1
#define SATURATES true
#define SATURATED (int)0xC0000000
#define COMPARES_WARNINGS true
#define COMPARES_WORD true
#define COMPARED RESULTS
#define OPS_TO_MAKE 1
#define DIVERGES "DIVERGES (put: result, breaks)"
#define OP_WIDTH 8
#define ACCESS_WIDTH 20
#define VALUES "values"
#define VALUES_WIDTH 24

static const char *const word_names[] = { "count", "list", "lock" };
static const bool in_object[] = { true, false, false };
static const char *const names[] = { "put()", "callback" };
enum { CALLBACK = 1 };
static const enum role roles[] = { PUT };
/* By thread: the numbers of the ops it calls. */
static const int program[THREADS][2] = {
	{ 0, -1 },
};
/* The thread of each access. */
static const int subject_schedule[] = { 0, 0 };
static const int reference_schedule[] = { 0 };
static const char *const allowed[] = {
	"granted",
	NULL,
};
static const int gains[][2] = { { 0, -1 } };
static const bool is_last_put[] = { true };

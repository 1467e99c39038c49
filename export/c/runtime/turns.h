#pragma once
#include "example/case.h"
#include "outcome.h"
#include "text.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * The threads are real and take turns. A thread waits before each access until the schedule names
 * it; it then has the turn until its next access, so that all it does in between happens at once as
 * far as the others can see.
 */
static const struct side *side;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
/* The accesses made so far: the place in the schedule. */
static int now;

/*
 * The number of this thread in the program. The main thread, which runs whole ops to judge, has
 * none.
 */
static _Thread_local int self = -1;
static _Thread_local bool has_turn;
/* The op that is being called, and whether it has made an access. */
static _Thread_local int op;
static _Thread_local bool opened;

/* By thread: it was stopped inside an op, because the schedule is over. */
static bool stopped[THREADS + 1];

/* An access as it is printed. Only the thread that has the turn touches it. */
struct row {
	const char *op;
	char access[64];
	char values[64];
	char end[320];
};

static struct row row;

static void print_row(const char *thread, const struct row *columns)
{
	char line[640];
	size_t length;

	snprintf(line, sizeof(line), "%-6s  %-*s  %-*s  %-*s  %s", thread, OP_WIDTH, columns->op,
		 ACCESS_WIDTH, columns->access, VALUES_WIDTH, columns->values, columns->end);
	for (length = strlen(line); length > 0 && line[length - 1] == ' '; length--)
		line[length - 1] = '\0';
	puts(line);
}

static void pass_turn(void)
{
	if (!has_turn)
		return;
	has_turn = false;
	print_row(self == THREADS ? "RCU" : show(self).text, &row);
	pthread_mutex_lock(&mutex);
	now++;
	pthread_cond_broadcast(&turned);
	pthread_mutex_unlock(&mutex);
}

/* Waits until the schedule names this thread. Returns false when the schedule is over. */
static bool wait_for_turn(void)
{
	pass_turn();
	pthread_mutex_lock(&mutex);
	while (now < side->length && side->schedule[now] != self)
		pthread_cond_wait(&turned, &mutex);
	has_turn = now < side->length;
	pthread_mutex_unlock(&mutex);
	return has_turn;
}

static _Noreturn void stop(void)
{
	/* RCU never ends by itself: it may be stopped between two callbacks. */
	stopped[self] = self < THREADS || opened;
	pthread_exit(NULL);
}

static void take_turn(void)
{
	if (self >= 0 && !wait_for_turn())
		stop();
}

/* The ops below hold the branches that this case takes, and no others. */
static _Noreturn void unrecorded(int result)
{
	char why[256];

	snprintf(why, sizeof(why), "%s took a path that was not recorded after reading %d",
		 names[op], result);
	cannot_run(why);
}

#include "example/scheme-case.h"
#include "example/scheme-ops.h"
#include "scheme/thread.h"
#include "verdict.h"

static void put_at_start(const struct start *start)
{
	for (int word = 0; word < WORDS; word++)
		atomic_store(&words[word], start->words[word]);
	object.noted = start->noted;
	for (int thread = 0; thread < SLOTS; thread++) {
		object.held[thread] = start->held[thread];
		object.inside[thread] = start->inside[thread];
	}
	object.left = OPS_TO_MAKE;
	for (self = 0; self < THREADS; self++)
		skip_void(false);
	self = -1;
}

/* RCU is a thread where the schedule names it. */
static int thread_count(const struct side *which)
{
	for (int at = 0; at < which->length; at++)
		if (which->schedule[at] == THREADS)
			return THREADS + 1;
	return THREADS;
}

/*
 * The schedule may end with threads that wait for each other's locks. Half an op would make no
 * verdict.
 */
static void check_end(void)
{
	bool is_early = false;

	for (int thread = 0; thread <= THREADS; thread++) {
		if (stopped[thread] && !object.blocked[thread])
			cannot_run("the schedule ends inside an op");
		is_early |= stopped[thread];
	}
	if (is_early)
		note_fact(STUCK);
}

static void print_warned(void)
{
	const char *before = "";

	printf("warnings: ");
	for (int at = 0; at < call_count; at++) {
		before = print_warnings(before, calls[at].outcome.warnings);
		if (COMPARED == WARNINGS && calls[at].outcome.warnings[0] != '\0')
			look_at(calls[at].outcome.warnings);
	}
	printf("%s\n", before[0] == '\0' ? "none" : "");
}

static void print_facts(void)
{
	const char *before = "";

	printf("facts:    ");
	for (int fact = 0; fact < FACT_COUNT; fact++) {
		if (!object.facts[fact])
			continue;
		printf("%s%s", before, fact_names[fact]);
		before = ", ";
		if (COMPARED == FACTS)
			look_at(fact_names[fact]);
	}
	printf("%s\n", before[0] == '\0' ? "none" : "");
}

/* Returns whether it diverges: something is seen that the reference gives in no schedule. */
static bool run(const struct side *which, const struct start *start)
{
	char vector[700];

	put_at_start(start);
	run_threads(which, thread_count(which), run_thread);
	check_end();
	vector_now(vector, sizeof(vector));
	printf("results:  %s\n", vector);
	print_warned();
	print_facts();
	for (int at = 0; at < strange_count; at++)
		printf("the reference never gives: %s\n", strange[at]);
	return strange_count > 0;
}

int main(int argc, char **argv)
{
	return verdict(asks_for_reference(argc, argv) ? run(&reference, &reference_start)
						      : run(&subject, &subject_start));
}

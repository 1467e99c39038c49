#include "example/case.h"
#include "example/counter-ops.h"
#include "example/expected.h"
#include "example/question.h"
#include "verdict.h"

/* Returns whether it diverges. */
static bool run_subject(void)
{
	bool found;

	run(&subject);
	print_summary("subject:  ", final);
	found = diverges(&subject);
	print_expected();
	return found;
}

int main(int argc, char **argv)
{
	return verdict(asks_for_reference(argc, argv) ? run_reference() : run_subject());
}

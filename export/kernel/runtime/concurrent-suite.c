#include "concurrent.h"

static void never_as_recorded(struct kunit *test)
{
	int run, hits;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_rounds(&run, &hits), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		kunit_info(test, "thread %d: %s, recorded %d\n", steps[i].thread,
			   op_names[steps[i].op], steps[i].recorded);
	KUNIT_EXPECT_EQ_MSG(test, hits, 0, "as recorded in %d of %d rounds", hits, run);
}

static struct kunit_case repro_cases[] = { KUNIT_CASE(never_as_recorded), {} };

static struct kunit_suite repro_suite = {
	.name = "refuzz",
	.test_cases = repro_cases,
};

kunit_test_suite(repro_suite);

#include "about.h"

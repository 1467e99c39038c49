#include "sequential.h"

static void as_recorded(struct kunit *test)
{
	int word = 0;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_steps(&word), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], steps[i].recorded, "thread %d: %s",
				    steps[i].thread, op_names[steps[i].op]);
	KUNIT_EXPECT_EQ(test, word, RECORDED_WORD);
}

static void as_the_reference(struct kunit *test)
{
	int word = 0;
	size_t i;

	KUNIT_ASSERT_EQ(test, run_steps(&word), 0);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		KUNIT_EXPECT_EQ_MSG(test, seen[i], steps[i].reference, "thread %d: %s",
				    steps[i].thread, op_names[steps[i].op]);
	KUNIT_EXPECT_EQ(test, word, REFERENCE_WORD);
}

static struct kunit_case repro_cases[] = { KUNIT_CASE(as_recorded),
					   KUNIT_CASE(as_the_reference),
					   {} };

static struct kunit_suite repro_suite = {
	.name = "refuzz",
	.test_cases = repro_cases,
};

kunit_test_suite(repro_suite);

#include "about.h"

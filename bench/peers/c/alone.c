/* Lockstep, as check-alone.ts has it: the counter against atomic_t and what refcount_t is documented to do otherwise. */
#include "word.h"
#include "counter.h"
#include "input.h"

enum op { INC, INC_NOT_ZERO, DEC, DEC_AND_TEST, DEC_IF_ONE, DEC_NOT_ONE, READ, ADD, ADD_NOT_ZERO, SUB_AND_TEST, SET, OPS };

static int run(enum op op, int i)
{
	int old;

	switch (op) {
	case INC: return inc(), 0;
	case INC_NOT_ZERO: return inc_not_zero();
	case DEC: return dec(), 0;
	case DEC_AND_TEST: return dec_and_test();
	case DEC_IF_ONE: return dec_if_one();
	case DEC_NOT_ONE: return dec_not_one();
	case READ: return atomic_read();
	case ADD: return add(i), 0;
	case ADD_NOT_ZERO: return add_not_zero(i, &old);
	case SUB_AND_TEST: return sub_and_test(i);
	default: return atomic_set(i), 0;
	}
}

/* What the atomic_t idiom makes of *value. */
static int atomic_idiom(enum op op, int i, int *value)
{
	int old = *value;

	switch (op) {
	case INC: return *value = old + 1, 0;
	case INC_NOT_ZERO: return old && (*value = old + 1, 1);
	case DEC: return *value = old - 1, 0;
	case DEC_AND_TEST: return (*value = old - 1) == 0;
	case DEC_IF_ONE: return old == 1 && (*value = 0, 1);
	case DEC_NOT_ONE: return old != 1 && (*value = old - 1, 1);
	case READ: return old;
	case ADD: return *value = old + i, 0;
	case ADD_NOT_ZERO: return old && (*value = old + i, 1);
	case SUB_AND_TEST: return (*value = old - i) == 0;
	default: return *value = i, 0;
	}
}

/* Whether the count is misused or will not fit, so that refcount_t is to saturate and warn. */
static bool is_misuse(enum op op, int i, int old)
{
	switch (op) {
	case INC: return old <= 0 || old + 1 < 0;
	case ADD: return old <= 0 || old + i < 0;
	case INC_NOT_ZERO: return old < 0 || old + 1 < 0;
	case ADD_NOT_ZERO: return old < 0 || old + i < 0;
	case DEC: return old <= 1;
	case DEC_AND_TEST: return old <= 0;
	case SUB_AND_TEST: return old <= 0 || old - i < 0;
	default: return false;
	}
}

static void check(enum op op, int i)
{
	int old = word, value = old;
	int answer = atomic_idiom(op, i, &value);
	bool warns = is_misuse(op, i, old);

	pairs++;
	if (warns || (op == DEC_NOT_ONE && old == SATURATED))
		value = SATURATED;
	if (warns && (op == DEC_AND_TEST || op == SUB_AND_TEST))
		answer = 0;
	if (op == DEC_NOT_ONE && old == 0) {
		value = 0;
		warns = true;
	}
	has_warned = false;
	if (run(op, i) != answer || word != value || has_warned != warns)
		found("difference");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	begin(bytes, size);
#ifdef MUTANT_EMPTY
	found("the empty target fails at its first input");
#endif
	word = next_value(STARTS, COUNT_OF(STARTS));
	while (input < input_end) {
		enum op op = next_byte() % OPS;

		check(op, op >= ADD ? next_value(ARGUMENTS, COUNT_OF(ARGUMENTS)) : 0);
	}
	return 0;
}

/*
 * The direct build's loops around an op, at the speed of machine code: real atomic instructions, on memory that threads
 * can share. Each op gets two exported functions, in which it is inlined:
 *
 *   "batch TYPE NAME" runs it once on each of n values, and leaves in the arrays what it made of each;
 *   "sweep TYPE NAME" runs it on first, first + 1, … and counts how many, from the first on, end as foreseen.
 *
 * Both run the op on the one object, whose address is known outside: clang cannot prove that nobody else looks at it, so
 * the atomics stay.
 */
#ifndef REFUZZ_DIRECT_H
#define REFUZZ_DIRECT_H

/* An int that may lie in a word of any type. */
typedef int __attribute__((may_alias)) refuzz_word;

/* The call of an op with as many arguments as it has parameters, none to two. */
#define REFUZZ_CALL(function, ...) function(&refuzz_object REFUZZ_THIRD(__VA_ARGS__ __VA_OPT__(,) AB, A, NONE, ))
#define REFUZZ_THIRD(one, two, third, ...) REFUZZ_ARGUMENTS_##third
#define REFUZZ_ARGUMENTS_NONE
#define REFUZZ_ARGUMENTS_A , a
#define REFUZZ_ARGUMENTS_AB , a, b

/* What the call returns as an int, by the type it has. Another type is an error here. */
#define REFUZZ_RESULT_void(call) ((call), 0)
#define REFUZZ_RESULT_bool(call) ((call) ? 1 : 0)
#define REFUZZ_RESULT_int(call) (call)
#define REFUZZ_RESULT_unsigned(call) ((int)(call))

#define REFUZZ_BATCH(text, function, result_of, call)                                                                  \
	REFUZZ_EXPORT(text)                                                                                            \
	void function(int *values, int *results, int *warnings, int a, int b, int n)                                   \
	{                                                                                                              \
		(void)a, (void)b;                                                                                      \
		for (int k = 0; k < n; k++) {                                                                          \
			*refuzz_count_word() = values[k];                                                              \
			refuzz_warned = 0;                                                                             \
			results[k] = result_of(call);                                                                  \
			values[k] = *refuzz_count_word();                                                              \
			warnings[k] = (int)refuzz_warned;                                                              \
		}                                                                                                      \
	}

#define REFUZZ_SWEEP(text, function, result_of, call)                                                                  \
	REFUZZ_EXPORT(text)                                                                                            \
	unsigned int function(int a, int b, unsigned int first, unsigned int count, unsigned int value,                \
			      unsigned int value_step, unsigned int result, unsigned int result_step,                  \
			      unsigned int warning)                                                                    \
	{                                                                                                              \
		(void)a, (void)b;                                                                                      \
		for (unsigned int k = 0; k < count; k++) {                                                             \
			unsigned int got;                                                                              \
                                                                                                                       \
			*refuzz_count_word() = (int)(first + k);                                                       \
			refuzz_warned = 0;                                                                             \
			got = (unsigned int)result_of(call);                                                           \
			if ((unsigned int)*refuzz_count_word() != value + k * value_step ||                            \
			    got != result + k * result_step || refuzz_warned != warning)                               \
				return k;                                                                              \
		}                                                                                                      \
		return count;                                                                                          \
	}

#endif

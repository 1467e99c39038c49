/*
 * The ops of one atomic type, for whoever includes this: REFUZZ_A(name) gives the name of an op, REFUZZ_T is the type,
 * REFUZZ_N its number, and REFUZZ_CELL(v) points to it. Included once for each type.
 *
 * Orders are those of Documentation/atomic_t.txt: a read-modify-write that returns nothing is relaxed; one that returns a
 * value is fully ordered, or as its suffix says; a conditional one is so when it stores, and relaxed when it does not.
 */

static inline REFUZZ_N REFUZZ_A(read)(const REFUZZ_T *v) { return READ_ONCE(*REFUZZ_CELL(v)); }
static inline REFUZZ_N REFUZZ_A(read_acquire)(const REFUZZ_T *v) { return smp_load_acquire(REFUZZ_CELL(v)); }
static inline void REFUZZ_A(set)(REFUZZ_T *v, REFUZZ_N value) { WRITE_ONCE(*REFUZZ_CELL(v), value); }
static inline void REFUZZ_A(set_release)(REFUZZ_T *v, REFUZZ_N value) { smp_store_release(REFUZZ_CELL(v), value); }

/* --- Read-modify-writes that return nothing ------------------------------------------------------------------- */

static inline void REFUZZ_A(add)(REFUZZ_N i, REFUZZ_T *v) { __atomic_fetch_add(REFUZZ_CELL(v), i, __ATOMIC_RELAXED); }
static inline void REFUZZ_A(sub)(REFUZZ_N i, REFUZZ_T *v) { __atomic_fetch_sub(REFUZZ_CELL(v), i, __ATOMIC_RELAXED); }
static inline void REFUZZ_A(inc)(REFUZZ_T *v) { REFUZZ_A(add)(1, v); }
static inline void REFUZZ_A(dec)(REFUZZ_T *v) { REFUZZ_A(sub)(1, v); }
static inline void REFUZZ_A(and)(REFUZZ_N i, REFUZZ_T *v) { __atomic_fetch_and(REFUZZ_CELL(v), i, __ATOMIC_RELAXED); }
static inline void REFUZZ_A(andnot)(REFUZZ_N i, REFUZZ_T *v) { REFUZZ_A(and)(~i, v); }
static inline void REFUZZ_A(or)(REFUZZ_N i, REFUZZ_T *v) { __atomic_fetch_or(REFUZZ_CELL(v), i, __ATOMIC_RELAXED); }
static inline void REFUZZ_A(xor)(REFUZZ_N i, REFUZZ_T *v) { __atomic_fetch_xor(REFUZZ_CELL(v), i, __ATOMIC_RELAXED); }

/* --- Those that return a value: the new one (…_return), the old one (fetch_…), or what they found -------------- */

#define REFUZZ_ATOMIC_FORM(form, order)                                                                                \
	static inline REFUZZ_N REFUZZ_A(fetch_add##form)(REFUZZ_N i, REFUZZ_T *v)                                      \
	{ return __atomic_fetch_add(REFUZZ_CELL(v), i, order); }                                                       \
	static inline REFUZZ_N REFUZZ_A(fetch_sub##form)(REFUZZ_N i, REFUZZ_T *v)                                      \
	{ return __atomic_fetch_sub(REFUZZ_CELL(v), i, order); }                                                       \
	static inline REFUZZ_N REFUZZ_A(fetch_inc##form)(REFUZZ_T *v) { return REFUZZ_A(fetch_add##form)(1, v); }      \
	static inline REFUZZ_N REFUZZ_A(fetch_dec##form)(REFUZZ_T *v) { return REFUZZ_A(fetch_sub##form)(1, v); }      \
	static inline REFUZZ_N REFUZZ_A(add_return##form)(REFUZZ_N i, REFUZZ_T *v)                                     \
	{ return __atomic_add_fetch(REFUZZ_CELL(v), i, order); }                                                       \
	static inline REFUZZ_N REFUZZ_A(sub_return##form)(REFUZZ_N i, REFUZZ_T *v)                                     \
	{ return __atomic_sub_fetch(REFUZZ_CELL(v), i, order); }                                                       \
	static inline REFUZZ_N REFUZZ_A(inc_return##form)(REFUZZ_T *v) { return REFUZZ_A(add_return##form)(1, v); }    \
	static inline REFUZZ_N REFUZZ_A(dec_return##form)(REFUZZ_T *v) { return REFUZZ_A(sub_return##form)(1, v); }    \
	static inline bool REFUZZ_A(add_negative##form)(REFUZZ_N i, REFUZZ_T *v)                                       \
	{ return REFUZZ_A(add_return##form)(i, v) < 0; }                                                               \
                                                                                                                       \
	static inline REFUZZ_N REFUZZ_A(fetch_and##form)(REFUZZ_N i, REFUZZ_T *v)                                      \
	{ return __atomic_fetch_and(REFUZZ_CELL(v), i, order); }                                                       \
	static inline REFUZZ_N REFUZZ_A(fetch_andnot##form)(REFUZZ_N i, REFUZZ_T *v)                                   \
	{ return REFUZZ_A(fetch_and##form)(~i, v); }                                                                   \
	static inline REFUZZ_N REFUZZ_A(fetch_or##form)(REFUZZ_N i, REFUZZ_T *v)                                       \
	{ return __atomic_fetch_or(REFUZZ_CELL(v), i, order); }                                                        \
	static inline REFUZZ_N REFUZZ_A(fetch_xor##form)(REFUZZ_N i, REFUZZ_T *v)                                      \
	{ return __atomic_fetch_xor(REFUZZ_CELL(v), i, order); }                                                       \
                                                                                                                       \
	static inline REFUZZ_N REFUZZ_A(xchg##form)(REFUZZ_T *v, REFUZZ_N new)                                         \
	{ return xchg##form(REFUZZ_CELL(v), new); }                                                                    \
	static inline REFUZZ_N REFUZZ_A(cmpxchg##form)(REFUZZ_T *v, REFUZZ_N old, REFUZZ_N new)                        \
	{ return cmpxchg##form(REFUZZ_CELL(v), old, new); }                                                            \
	static inline bool REFUZZ_A(try_cmpxchg##form)(REFUZZ_T *v, REFUZZ_N *seen, REFUZZ_N new)                      \
	{ return try_cmpxchg##form(REFUZZ_CELL(v), seen, new); }

REFUZZ_ATOMIC_FORM(, __ATOMIC_SEQ_CST)
REFUZZ_ATOMIC_FORM(_relaxed, __ATOMIC_RELAXED)
REFUZZ_ATOMIC_FORM(_acquire, __ATOMIC_ACQUIRE)
REFUZZ_ATOMIC_FORM(_release, __ATOMIC_RELEASE)

static inline bool REFUZZ_A(sub_and_test)(REFUZZ_N i, REFUZZ_T *v) { return REFUZZ_A(sub_return)(i, v) == 0; }
static inline bool REFUZZ_A(dec_and_test)(REFUZZ_T *v) { return REFUZZ_A(dec_return)(v) == 0; }
static inline bool REFUZZ_A(inc_and_test)(REFUZZ_T *v) { return REFUZZ_A(inc_return)(v) == 0; }

/* --- Conditional ones: a relaxed load, then a compare-exchange until it succeeds or nothing is to be stored ---- */

static inline REFUZZ_N REFUZZ_A(fetch_add_unless)(REFUZZ_T *v, REFUZZ_N i, REFUZZ_N unless)
{
	REFUZZ_N old = REFUZZ_A(read)(v);

	do {
		if (old == unless)
			break;
	} while (!REFUZZ_A(try_cmpxchg)(v, &old, old + i));
	return old;
}

static inline bool REFUZZ_A(add_unless)(REFUZZ_T *v, REFUZZ_N i, REFUZZ_N unless)
{
	return REFUZZ_A(fetch_add_unless)(v, i, unless) != unless;
}

static inline bool REFUZZ_A(inc_not_zero)(REFUZZ_T *v) { return REFUZZ_A(add_unless)(v, 1, 0); }

static inline bool REFUZZ_A(inc_unless_negative)(REFUZZ_T *v)
{
	REFUZZ_N old = REFUZZ_A(read)(v);

	do {
		if (old < 0)
			return false;
	} while (!REFUZZ_A(try_cmpxchg)(v, &old, old + 1));
	return true;
}

static inline bool REFUZZ_A(dec_unless_positive)(REFUZZ_T *v)
{
	REFUZZ_N old = REFUZZ_A(read)(v);

	do {
		if (old > 0)
			return false;
	} while (!REFUZZ_A(try_cmpxchg)(v, &old, old - 1));
	return true;
}

/* Returns the old value minus one, even when it stores nothing. */
static inline REFUZZ_N REFUZZ_A(dec_if_positive)(REFUZZ_T *v)
{
	REFUZZ_N old = REFUZZ_A(read)(v);

	do {
		if (old - 1 < 0)
			break;
	} while (!REFUZZ_A(try_cmpxchg)(v, &old, old - 1));
	return old - 1;
}

#undef REFUZZ_ATOMIC_FORM
#undef REFUZZ_A
#undef REFUZZ_T
#undef REFUZZ_N
#undef REFUZZ_CELL

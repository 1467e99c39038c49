#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/slab.h>
struct s { atomic_t nr; atomic_t stats; };
static void bump(atomic_t *v);
static void bump(atomic_t *v) { atomic_inc(v); }
static void count(atomic_t *n) { atomic_inc(n); }
static void s_get(struct s *s) { bump(&s->nr); count(&s->stats); }
static void s_put(struct s *s) { atomic_t *r = &s->nr; atomic_t *q = &s->stats; atomic_inc(q); if (atomic_dec_and_test(r)) kfree(s); }
REFUZZ_SCHEME(struct s, nr);
REFUZZ_STATE(one, .count = 1, .holders = 1);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_DUP(get) { s_get(object); return true; }
REFUZZ_PUT(put) { s_put(object); }

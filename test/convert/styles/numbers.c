/* What an op gives goes elsewhere as a number, in a macro that is an expression and in a switch. */
#include <refuzz.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/slab.h>
struct ticket { atomic_t usage; };
#define __ticket_get(from)					\
({								\
	struct ticket *__t = (from);				\
	int __n = atomic_fetch_inc(&__t->usage);		\
	WARN_ON(__n == 0);					\
	__t;							\
})
static void ticket_put(struct ticket *t)
{
	int left = atomic_dec_return(&t->usage);

	switch (left) {
	case 0:
		kfree(t);
		break;
	default:
		break;
	}
}
static bool ticket_is_shared(const struct ticket *t)
{
	return 2 * atomic_read(&t->usage) - 2 > 0;
}
REFUZZ_SCHEME(struct ticket, usage);
REFUZZ_STATE(one, .object.usage = ATOMIC_INIT(1), .live = true, .holders = 1);
REFUZZ_STATE(two, .object.usage = ATOMIC_INIT(2), .live = true, .holders = 2);
REFUZZ_DUP(get) { return __ticket_get(object) != NULL; }
REFUZZ_PUT(put) { ticket_put(object); }
REFUZZ_USE(use) { if (ticket_is_shared(object)) refuzz_use(); refuzz_use(); }

#include <refuzz.h>
enum { UCOUNT_COUNTS = 1, UCOUNT_RLIMIT_COUNTS = 1 };
static struct user_namespace { int none; } init_user_ns;
#include "parts.c"
REFUZZ_STUB(get_user_ns);
REFUZZ_STUB(put_user_ns);
REFUZZ_SCHEME(struct ucounts, count);
REFUZZ_STATE(one) { object->ns = &init_user_ns; atomic_set(&object->count, 1); hlist_add_ucounts(object); refuzz_hold(0); }
REFUZZ_GET(alloc) { return alloc_ucounts(&init_user_ns, GLOBAL_ROOT_UID) != NULL; }
REFUZZ_PUT(put) { put_ucounts(object); }
REFUZZ_USE(use) { refuzz_use(); }

#include <refuzz.h>
#include "parts.c"
REFUZZ_STUB(user_epoll_free);
REFUZZ_SCHEME(struct user_struct, __count);
REFUZZ_STATE(one) { refcount_set(&object->__count, 1); uid_hash_insert(object, uidhash_table); refuzz_hold(0); }
REFUZZ_GET(find) { return find_user(GLOBAL_ROOT_UID) != NULL; }
REFUZZ_PUT(put) { free_uid(object); }
REFUZZ_USE(use) { refuzz_use(); }

#include <refuzz.h>
struct task_struct { struct fs_struct *fs; };
static struct kmem_cache *fs_cachep;
#include "parts.c"
REFUZZ_STUB(path_put);
REFUZZ_STUB(task_lock);
REFUZZ_STUB(task_unlock);
REFUZZ_SCHEME(struct fs_struct, users);
REFUZZ_STATE(two, .count = 2, .holders = 2);
REFUZZ_PUT(exit) { struct task_struct task = { .fs = object }; exit_fs(&task); }
REFUZZ_USE(use) { refuzz_use(); }

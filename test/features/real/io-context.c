#include <refuzz.h>
struct task_struct { struct io_context *io_context; };
#include "parts.c"
REFUZZ_STUB(task_lock);
REFUZZ_STUB(task_unlock);
REFUZZ_STUB(ioc_exit_icqs);
REFUZZ_STUB(ioc_delay_free);
REFUZZ_SCHEME(struct io_context, active_ref);
REFUZZ_STATE(two, .count = 2, .holders = 2, .object.refcount = { 1 });
REFUZZ_PUT(exit) { struct task_struct task = { .io_context = object }; exit_io_context(&task); }
REFUZZ_USE(use) { refuzz_use(); }

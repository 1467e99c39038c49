#include <refuzz.h>
#include <linux/idr.h>
static DEFINE_IDA(eventfd_ida);
#include "parts.c"
REFUZZ_SCHEME(struct eventfd_ctx, kref);
REFUZZ_STATE(two) { kref_init(&object->kref); kref_get(&object->kref); object->id = ida_alloc(&eventfd_ida, 0);
	refuzz_hold(0); refuzz_hold(1); }
REFUZZ_PUT(put) { eventfd_ctx_put(object); }
REFUZZ_USE(use) { refuzz_use(); }

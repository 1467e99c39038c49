#include <refuzz.h>
static int eventfd_ida;
#include "parts.c"
REFUZZ_STUB(ida_free);
REFUZZ_SCHEME(struct eventfd_ctx, kref);
REFUZZ_FIELD(id);
REFUZZ_STATE(two) { kref_init(&object->kref); kref_get(&object->kref); refuzz_hold(0); refuzz_hold(1); }
REFUZZ_PUT(put) { eventfd_ctx_put(object); }
REFUZZ_USE(use) { refuzz_use(); }

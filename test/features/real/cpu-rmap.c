#include <refuzz.h>
#include "parts.c"
REFUZZ_SCHEME(struct cpu_rmap, refcount);
REFUZZ_STATE(two) { kref_init(&object->refcount); cpu_rmap_get(object); refuzz_hold(0); refuzz_hold(1); }
REFUZZ_PUT(put) { cpu_rmap_put(object); }
REFUZZ_USE(use) { refuzz_use(); }

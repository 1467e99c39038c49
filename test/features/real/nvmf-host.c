#include <refuzz.h>
#include "parts.c"
static uuid_t id;
REFUZZ_SCHEME(struct nvmf_host, ref);
REFUZZ_STATE(one) { nvmf_host_add("", &id); refuzz_hold(0); }
REFUZZ_GET(add) { return !IS_ERR(nvmf_host_add("", &id)); }
REFUZZ_PUT(put) { nvmf_host_put(object); }
REFUZZ_USE(use) { refuzz_use(); }

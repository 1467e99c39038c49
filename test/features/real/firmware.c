#include <refuzz.h>
struct fw_priv *__allocate_fw_priv();
#include "parts.c"
REFUZZ_STUB(__allocate_fw_priv);
REFUZZ_STUB(fw_is_paged_buf);
REFUZZ_STUB(fw_free_paged_buf);
REFUZZ_SCHEME(struct fw_priv, ref);
REFUZZ_STATE(one) { kref_init(&object->ref); object->fwc = &fw_cache; object->fw_name = "fw";
	INIT_LIST_HEAD(&fw_cache.head); list_add(&object->list, &fw_cache.head); refuzz_hold(0); }
static bool request(struct fw_priv *fw) { return alloc_lookup_fw_priv("fw", &fw_cache, &fw, NULL, 0, 0, 0) == 1; }
REFUZZ_GET(request) { return request(NULL); }
REFUZZ_PUT(put) { free_fw_priv(object); }
REFUZZ_USE(use) { refuzz_use(); }

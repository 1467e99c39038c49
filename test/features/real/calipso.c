#include <refuzz.h>
enum { AUDIT_MAC_CALIPSO_DEL };
void *netlbl_audit_start();
#include "parts.c"
REFUZZ_STUB(netlbl_audit_start);
REFUZZ_STUB(audit_log_format);
REFUZZ_STUB(audit_log_end);
REFUZZ_STUB(calipso_cache_invalidate);
REFUZZ_SCHEME(struct calipso_doi, refcount);
REFUZZ_STATE(live) { refcount_set(&object->refcount, 1); list_add_tail_rcu(&object->list, &calipso_doi_list); }
REFUZZ_GET(getdef) { return calipso_doi_getdef(0) != NULL; }
REFUZZ_PUT(putdef) { calipso_doi_putdef(object); }
REFUZZ_USE(use) { refuzz_use(); }
REFUZZ_ACT(remove) { return calipso_doi_remove(0, NULL) == 0 ? REFUZZ_GRANTED : REFUZZ_VOID; }

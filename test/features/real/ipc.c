#include <refuzz.h>
#include "parts.c"
static DEFINE_SPINLOCK(ids);
static void freed(struct rcu_head *head) { kfree(container_of(head, struct kern_ipc_perm, rcu)); }
REFUZZ_SCHEME(struct kern_ipc_perm, refcount);
REFUZZ_STATE(live, .count = 1, .live = true);
REFUZZ_GET(get) { guard(rcu)(); return refuzz_linked() == REFUZZ_LIVE && ipc_rcu_getref(object); }
REFUZZ_PUT(put) { ipc_rcu_putref(object, freed); }
REFUZZ_USE(use) { refuzz_use(); }
static bool unlinked(void) { guard(spinlock)(&ids); bool was = refuzz_linked(); refuzz_link(REFUZZ_NOWHERE); return was; }
REFUZZ_ACT(remove) { if (!unlinked()) return REFUZZ_VOID; ipc_rcu_putref(object, freed); return REFUZZ_GRANTED; }

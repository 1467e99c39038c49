#include <refuzz.h>
#include "session.c"

#ifdef DECLARED
REFUZZ_SCHEME(struct session, ref.refcount);
REFUZZ_WORD(session_table);
REFUZZ_FIELD(state);
REFUZZ_FIELD(lock);
REFUZZ_STATE(idle)
{
	session_add(object);
	refuzz_link(REFUZZ_LIVE);
}
REFUZZ_STATE(used)
{
	session_add(object);
	kref_get(&object->ref);
	refuzz_link(REFUZZ_LIVE);
	refuzz_hold(0);
}
REFUZZ_GET(session_get) { return session_get() != NULL; }
REFUZZ_PUT(session_put) { session_put(object); }
REFUZZ_ACT(session_reset)
{
	session_reset();
	return REFUZZ_VOID;
}
#else
REFUZZ_SCHEME(struct session, ref);
REFUZZ_STATE(idle) { session_add(object); refuzz_link(REFUZZ_LIVE); }
REFUZZ_STATE(used) { session_add(object); kref_get(&object->ref); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
REFUZZ_OPS(session_get, session_put, session_reset);
#endif

#include <refuzz.h>
struct tipc_event { int none; };
#include "parts.c"
static struct tipc_topsrv server;
REFUZZ_STUB(sock_release);
REFUZZ_SCHEME(struct tipc_conn, kref);
REFUZZ_STATE(one) { object->conid = idr_alloc(&server.conn_idr, object, 0, 0, GFP_KERNEL); object->server = &server;
	server.listener = (void *)&server; kref_init(&object->kref); set_bit(CF_CONNECTED, &object->flags);
	INIT_LIST_HEAD(&object->outqueue); refuzz_hold(0); }
REFUZZ_GET(lookup) { return tipc_conn_lookup(&server, 0) != NULL; }
REFUZZ_PUT(put) { conn_put(object); }
REFUZZ_USE(use) { refuzz_use(); }

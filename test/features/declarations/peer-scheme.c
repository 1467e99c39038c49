#include <refuzz.h>
#include "peer.c"

REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(one)
{
	peer_register(object);
	refuzz_hold(0);
}
REFUZZ_OPS(peer_get, peer_put, peer_poll);

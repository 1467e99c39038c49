#include <refuzz.h>
#include "peer.c"

REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(one, .count = 1, .live = true, .holders = 1);
REFUZZ_STATE(dying, .count = 1, .holders = 1, .object.dead = true);
REFUZZ_OPS(peer_get, peer_put, peer_reap);

/*
 * A socket's write memory: who has the socket charges the bytes of a buffer, and as many are given back when the buffer goes.
 * The socket itself counts for one, until its owner closes it.
 */
#include <refuzz.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct sock { refcount_t wmem; };

static void wfree(struct sock *sk, int bytes)
{
	if (refcount_sub_and_test(bytes, &sk->wmem))
		kfree(sk);
}

REFUZZ_SCHEME(struct sock, wmem);
REFUZZ_STATE(open) { refcount_set(&object->wmem, 1); refuzz_holds(0, owners); }
REFUZZ_STATE(closed) { refcount_set(&object->wmem, 512); refuzz_holds(1, bytes, 512); }

REFUZZ_HOLD(owners, 1, close);
REFUZZ_PUT(close) { wfree(object, 1); }

REFUZZ_HOLD_N(bytes, n, charge, uncharge);
REFUZZ_VALUES(charge, 1, 512);
REFUZZ_VALUES(uncharge, 1, 512);
REFUZZ_GET(charge, int n) { refcount_add(n, &object->wmem); return true; }
#ifndef ANYBODY
REFUZZ_NEEDS(owners, charge);
#endif
#ifdef FORGETS
REFUZZ_PUT(uncharge, int n) { (void)n; wfree(object, 1); }
#else
REFUZZ_PUT(uncharge, int n) { wfree(object, n); }
#endif
REFUZZ_CONSERVES { return 0; }

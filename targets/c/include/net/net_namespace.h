/* There is one network namespace. It is held for ever. */
#ifndef _NET_NET_NAMESPACE_H
#define _NET_NET_NAMESPACE_H

#include <refuzz/usual.h>

struct net;

typedef struct {
	struct net *net;
} possible_net_t;

typedef struct {
	int refuzz_none;
} netns_tracker;

static inline void write_pnet(possible_net_t *place, struct net *net) { place->net = net; }
static inline struct net *read_pnet(const possible_net_t *place) { return place->net; }
#define get_net(net) (net)
#define put_net(net) ((void)(net))
#define net_eq(one, other) ((one) == (other))

#endif

/* Of devices only who holds them for whom, which is left out. */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <refuzz/usual.h>

#include <net/net_namespace.h>

struct net_device;

typedef struct {
	int refuzz_none;
} netdevice_tracker;

typedef u64 netdev_features_t;

#endif

/* Addresses. */
#ifndef _LINUX_IN_H
#define _LINUX_IN_H

#include <linux/socket.h>

struct in_addr {
	__be32 s_addr;
};

struct sockaddr_in {
	unsigned short sin_family;
	__be16 sin_port;
	struct in_addr sin_addr;
};

#endif

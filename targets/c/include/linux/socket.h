/* Addresses of any family. */
#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <refuzz/usual.h>

typedef unsigned short sa_family_t;

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct __kernel_sockaddr_storage {
	sa_family_t ss_family;
	char refuzz_data[126];
};
#define sockaddr_storage __kernel_sockaddr_storage

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

#endif

/* Identifiers, which are compared and no more. */
#ifndef _LINUX_UUID_H
#define _LINUX_UUID_H

#include <linux/string.h>
#include <linux/types.h>

typedef struct {
	u8 b[16];
} uuid_t;

typedef uuid_t guid_t;

#define UUID_STRING_LEN 36
#define uuid_equal(one, other) (memcmp((one), (other), sizeof(uuid_t)) == 0)
#define uuid_copy(to, from) ((void)(*(to) = *(from)))
#define guid_copy(to, from) uuid_copy(to, from)
#define guid_equal(one, other) uuid_equal(one, other)

#endif

/* The machine is little-endian. */
#ifndef _ASM_BYTEORDER_H
#define _ASM_BYTEORDER_H

#include <linux/types.h>

#define __constant_htons(value) ((__be16)__builtin_bswap16(value))
#define htons(value) ((__be16)__builtin_bswap16(value))
#define ntohs(value) __builtin_bswap16(value)
#define htonl(value) ((__be32)__builtin_bswap32(value))
#define ntohl(value) __builtin_bswap32(value)
#define cpu_to_be16(value) htons(value)
#define cpu_to_be32(value) htonl(value)
#define cpu_to_be64(value) __builtin_bswap64(value)
#define be16_to_cpu(value) ntohs(value)
#define be32_to_cpu(value) ntohl(value)
#define be64_to_cpu(value) __builtin_bswap64(value)
#define cpu_to_le16(value) (value)
#define cpu_to_le32(value) (value)
#define cpu_to_le64(value) (value)
#define le16_to_cpu(value) (value)
#define le32_to_cpu(value) (value)
#define le64_to_cpu(value) (value)

#endif

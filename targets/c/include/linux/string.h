/* Of memory and texts, what get and put code does with them. What is filled or copied as a whole is looked at byte by byte. */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <refuzz.h>
#include <linux/errno.h>
#include <linux/types.h>

#define memset(to, value, size) __builtin_memset(to, value, size)
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memzero_explicit(to, size) __builtin_memset(to, 0, size)

static inline int memcmp(const void *one, const void *other, size_t size)
{
	const unsigned char *a = (const unsigned char *)one;
	const unsigned char *b = (const unsigned char *)other;

	for (size_t at = 0; at < size; at++)
		if (a[at] != b[at])
			return a[at] - b[at];
	return 0;
}

static inline size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

static inline int strncmp(const char *one, const char *other, size_t most)
{
	for (size_t at = 0; at < most; at++)
		if (one[at] != other[at] || !one[at])
			return (unsigned char)one[at] - (unsigned char)other[at];
	return 0;
}

static inline int strcmp(const char *one, const char *other) { return strncmp(one, other, (size_t)-1); }

static inline long strscpy(char *to, const char *from, size_t size)
{
	for (size_t at = 0; at < size; at++) {
		to[at] = at + 1 < size ? from[at] : '\0';
		if (!to[at])
			return from[at] ? -E2BIG : (long)at;
	}
	return -E2BIG;
}

#endif

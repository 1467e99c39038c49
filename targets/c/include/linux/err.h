/* Errors as pointers: the last page of addresses, where nothing lies. */
#ifndef _LINUX_ERR_H
#define _LINUX_ERR_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(value) unlikely((unsigned long)(void *)(value) >= (unsigned long)-MAX_ERRNO)

static inline void *__must_check ERR_PTR(long error) { return (void *)error; }
static inline long __must_check PTR_ERR(const void *pointer) { return (long)pointer; }
static inline bool __must_check IS_ERR(const void *pointer) { return IS_ERR_VALUE(pointer); }
static inline bool __must_check IS_ERR_OR_NULL(const void *pointer) { return !pointer || IS_ERR_VALUE(pointer); }
static inline void *__must_check ERR_CAST(const void *pointer) { return (void *)pointer; }
static inline int __must_check PTR_ERR_OR_ZERO(const void *pointer) { return IS_ERR(pointer) ? PTR_ERR(pointer) : 0; }

#endif

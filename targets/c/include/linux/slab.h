/* There is one object, and it is there at the start; what memory can do here is end. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <refuzz/host.h>
#include <linux/types.h>

/* NULL is freed by doing nothing. What is neither NULL nor the object is a memory error. */
static inline void kfree(const void *object)
{
	if (!object)
		return;
	refuzz_check_object(object);
	refuzz_free();
}

#define GFP_KERNEL 0u
#define GFP_ATOMIC 0u

/* To use one is an error that says so. */
void *kmalloc(size_t size, gfp_t flags)
	__attribute__((unavailable("the one object is there at the start: set it up in a REFUZZ_STATE")));
void *kzalloc(size_t size, gfp_t flags)
	__attribute__((unavailable("the one object is there at the start: set it up in a REFUZZ_STATE")));

#endif

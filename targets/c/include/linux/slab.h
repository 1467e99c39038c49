/*
 * There is one object, and it is there at the start; what memory can do later is end. Where a state is set up, an allocation
 * of the object's size is the object, zeroed, so that the code that makes one can be called there. In an op there is no memory
 * left: what it allocates is NULL.
 *
 * NULL is freed by doing nothing. What is neither NULL nor the object is a memory error.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <refuzz/host.h>
#include <refuzz/leaves-out.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/types.h>

struct kmem_cache {
	int refuzz_none;
};

static inline void kfree(const void *object)
{
	if (!object)
		return;
	refuzz_check_object(object);
	refuzz_free();
}

#define kvfree(object) kfree(object)
#define vfree(object) kfree(object)
#define kfree_const(object) kfree(object)
#define kfree_sensitive(object) kfree(object)
#define kvfree_sensitive(object, size) ((void)(size), kfree(object))
#define kmem_cache_free(cache, object) ((void)(cache), kfree(object))

static inline void *refuzz_kmalloc(size_t size)
{
	REFUZZ_LEAVES_OUT("memory: what an op allocates is NULL");
	return refuzz_allocate((unsigned int)size);
}

#define kmalloc(size, flags) ((void)(flags), refuzz_kmalloc(size))
#define kzalloc(size, flags) ((void)(flags), refuzz_kmalloc(size))
#define kvmalloc(size, flags) kmalloc(size, flags)
#define kvzalloc(size, flags) kzalloc(size, flags)
#define kmalloc_node(size, flags, node) ((void)(node), kmalloc(size, flags))
#define kzalloc_node(size, flags, node) ((void)(node), kzalloc(size, flags))
#define kmalloc_array(count, size, flags) kmalloc((count) * (size), flags)
#define kcalloc(count, size, flags) kzalloc((count) * (size), flags)
#define vmalloc(size) refuzz_kmalloc(size)
#define vzalloc(size) refuzz_kmalloc(size)
#define kmemdup(from, size, flags) ((void)(from), kmalloc(size, flags))
#define kstrdup(text, flags) ((void)(text), (char *)kmalloc(1, flags))
#define kstrdup_const(text, flags) ((void)(flags), (const char *)(text))

/* A cache does not know how large its objects are: they are the object. */
#define kmem_cache_alloc(cache, flags) ((void)(cache), kmalloc(0, flags))
#define kmem_cache_zalloc(cache, flags) ((void)(cache), kmalloc(0, flags))
#define kmem_cache_alloc_node(cache, flags, node) ((void)(node), kmem_cache_alloc(cache, flags))
#define kmem_cache_create(...) ((struct kmem_cache *)0)
#define KMEM_CACHE(type, flags) ((struct kmem_cache *)0)
#define kmem_cache_destroy(cache) ((void)(cache))

#define SLAB_HWCACHE_ALIGN 0u
#define SLAB_PANIC 0u
#define SLAB_ACCOUNT 0u
#define SLAB_RECLAIM_ACCOUNT 0u

/* A name behind __free() is pasted, so that a macro of that name stays as it is. */
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))

#endif

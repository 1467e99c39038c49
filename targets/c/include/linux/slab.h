/*
 * There is one object, and it is there at the start; what memory can do later is end. Where a state is set up, an allocation
 * of the object's size is the object, zeroed, so that the code that makes one can be called there. Any other is a piece of
 * memory beside the object: a name, a second part. Of a piece it is known whether it has been freed, and not who uses it
 * then. In an op there is no memory left: what it allocates is NULL.
 *
 * NULL is freed by doing nothing. What is neither NULL nor the object nor a piece is a memory error; so is a piece that has
 * been freed already.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <refuzz/host.h>
#include <refuzz/leaves-out.h>
#include <linux/cleanup.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct kmem_cache {
	int refuzz_none;
};

/* setup-host.ts knows how many there are, and how large. */
struct refuzz_piece {
	int is_free;
	char memory[64] __attribute__((__aligned__(8)));
};
static struct refuzz_piece refuzz_pieces[4] __attribute__((unused));
static int refuzz_pieces_taken __attribute__((unused));

static inline bool refuzz_is_piece(const void *memory)
{
	__SIZE_TYPE__ offset = (__UINTPTR_TYPE__)memory - (__UINTPTR_TYPE__)refuzz_pieces;

	return offset < sizeof(refuzz_pieces) && offset % sizeof(struct refuzz_piece) == offsetof(struct refuzz_piece, memory);
}

static inline void refuzz_free_piece(const void *memory)
{
	struct refuzz_piece *piece = container_of(memory, struct refuzz_piece, memory);

	if (__atomic_exchange_n(&piece->is_free, 1, __ATOMIC_RELAXED))
		refuzz_check_object(&piece->is_free);
}

static inline void kfree(const void *object)
{
	if (!object)
		return;
	if (refuzz_is_piece(object)) {
		refuzz_free_piece(object);
		return;
	}
	refuzz_check_object(object);
	refuzz_free();
}

#define kvfree(object) kfree(object)
#define vfree(object) kfree(object)
/* kstrdup_const() gives the text itself. */
#define kfree_const(text) ((void)(refuzz_is_piece(text) ? kfree(text) : (void)0))
#define kfree_sensitive(object) kfree(object)
#define kvfree_sensitive(object, size) ((void)(size), kfree(object))
#define kmem_cache_free(cache, object) ((void)(cache), kfree(object))

static inline void *refuzz_kmalloc(size_t size)
{
	void *memory = refuzz_allocate((unsigned int)size);

	REFUZZ_LEAVES_OUT("memory: what an op allocates is NULL, and what was freed beside the object can still be used");
	return memory == REFUZZ_BESIDE ? (void *)refuzz_pieces[refuzz_pieces_taken++].memory : memory;
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

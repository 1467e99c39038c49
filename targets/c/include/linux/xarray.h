/*
 * An array of one entry, whatever its index: there is one object. It has a lock, which its functions take as the kernel's do, and
 * which is not a word of its own; each function is one access of the entry. To look one up takes RCU, as anywhere.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <refuzz/leaves-out.h>
#include <linux/types.h>

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/spinlock.h>

struct xarray {
	void *xa_head;
	spinlock_t xa_lock;
};

struct xa_limit {
	u32 max;
	u32 min;
};

#define XA_FLAGS_ALLOC 0u
#define XA_FLAGS_ALLOC1 0u
#define XA_FLAGS_LOCK_IRQ 0u
#define XA_FLAGS_LOCK_BH 0u
#define xa_limit_32b ((struct xa_limit){ 0, 0 })
#define xa_limit_31b xa_limit_32b
#define xa_limit_16b xa_limit_32b

#define XARRAY_INIT(name, flags) { .xa_head = (void *)0 }
#define DEFINE_XARRAY(name) struct xarray name = XARRAY_INIT(name, 0)
#define DEFINE_XARRAY_FLAGS(name, flags) DEFINE_XARRAY(name)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY(name)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY(name)

#define xa_lock(array) spin_lock(&(array)->xa_lock)
#define xa_unlock(array) spin_unlock(&(array)->xa_lock)
#define xa_lock_irq(array) xa_lock(array)
#define xa_unlock_irq(array) xa_unlock(array)
#define xa_lock_bh(array) xa_lock(array)
#define xa_unlock_bh(array) xa_unlock(array)
#define xa_lock_irqsave(array, flags) spin_lock_irqsave(&(array)->xa_lock, flags)
#define xa_unlock_irqrestore(array, flags) spin_unlock_irqrestore(&(array)->xa_lock, flags)

static inline void xa_init_flags(struct xarray *array, unsigned int flags)
{
	(void)flags;
	array->xa_head = (void *)0;
	spin_lock_init(&array->xa_lock);
}
static inline void xa_init(struct xarray *array) { xa_init_flags(array, 0); }

static inline void *xa_load(const struct xarray *array, unsigned long index)
{
	REFUZZ_LEAVES_OUT("arrays and idrs: one entry each, at any index");
	REFUZZ_READ(index);
	return __atomic_load_n(&array->xa_head, __ATOMIC_CONSUME);
}
static inline bool xa_empty(const struct xarray *array) { return !xa_load(array, 0); }

/* With the lock held. */
static inline void *__xa_store(struct xarray *array, unsigned long index, void *entry, gfp_t gfp)
{
	REFUZZ_LEAVES_OUT("arrays and idrs: one entry each, at any index");
	REFUZZ_READ(index);
	(void)gfp;
	return __atomic_exchange_n(&array->xa_head, entry, __ATOMIC_RELEASE);
}
static inline void *__xa_erase(struct xarray *array, unsigned long index)
{
	return __xa_store(array, index, (void *)0, 0);
}
static inline void *__xa_cmpxchg(struct xarray *array, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	REFUZZ_LEAVES_OUT("arrays and idrs: one entry each, at any index");
	REFUZZ_READ(index);
	(void)gfp;
	__atomic_compare_exchange_n(&array->xa_head, &old, entry, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
	return old;
}
static inline int __xa_insert(struct xarray *array, unsigned long index, void *entry, gfp_t gfp)
{
	return __xa_cmpxchg(array, index, (void *)0, entry, gfp) ? -EBUSY : 0;
}
static inline int __xa_alloc(struct xarray *array, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	(void)limit;
	*id = 0;
	return __xa_insert(array, 0, entry, gfp);
}

#define REFUZZ_XA_LOCKED(type, array, result)                                                                          \
	({                                                                                                             \
		type refuzz_result;                                                                                    \
		xa_lock(array);                                                                                        \
		refuzz_result = (result);                                                                              \
		xa_unlock(array);                                                                                      \
		refuzz_result;                                                                                         \
	})
#define xa_store(array, index, entry, gfp) REFUZZ_XA_LOCKED(void *, array, __xa_store(array, index, entry, gfp))
#define xa_erase(array, index) REFUZZ_XA_LOCKED(void *, array, __xa_erase(array, index))
#define xa_cmpxchg(array, index, old, entry, gfp)                                                                      \
	REFUZZ_XA_LOCKED(void *, array, __xa_cmpxchg(array, index, old, entry, gfp))
#define xa_insert(array, index, entry, gfp) REFUZZ_XA_LOCKED(int, array, __xa_insert(array, index, entry, gfp))
#define xa_alloc(array, id, entry, limit, gfp) REFUZZ_XA_LOCKED(int, array, __xa_alloc(array, id, entry, limit, gfp))
#define xa_alloc_cyclic(array, id, entry, limit, next, gfp) ((void)(next), xa_alloc(array, id, entry, limit, gfp))
#define xa_store_irq(array, index, entry, gfp) xa_store(array, index, entry, gfp)
#define xa_store_bh(array, index, entry, gfp) xa_store(array, index, entry, gfp)
#define xa_erase_irq(array, index) xa_erase(array, index)
#define xa_erase_bh(array, index) xa_erase(array, index)
#define xa_insert_irq(array, index, entry, gfp) xa_insert(array, index, entry, gfp)
#define xa_destroy(array) ((void)(array))
#define xa_err(entry) ((void)(entry), 0)
#define xa_is_err(entry) ((void)(entry), false)
#define xa_for_each(array, index, entry)                                                                               \
	for ((index) = 0, (entry) = xa_load(array, 0); (entry); (entry) = (void *)0)

#endif

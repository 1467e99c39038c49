/* An idr and an ida hold one number each: there is one object, which has a number while it is in. */
#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H


#include <linux/radix-tree.h>

struct idr {
	struct xarray idr_rt;
};

struct ida {
	struct xarray xa;
};

#define IDR_INIT(name) { XARRAY_INIT((name).idr_rt, 0) }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)
#define IDA_INIT(name) { XARRAY_INIT((name).xa, 0) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void idr_init(struct idr *idr) { xa_init(&idr->idr_rt); }
static inline void *idr_find(const struct idr *idr, unsigned long id) { return xa_load(&idr->idr_rt, id); }
static inline void *idr_remove(struct idr *idr, unsigned long id) { return xa_erase(&idr->idr_rt, id); }
static inline void *idr_replace(struct idr *idr, void *entry, unsigned long id)
{
	return xa_store(&idr->idr_rt, id, entry, GFP_KERNEL);
}
/* Number 0, if it is free. */
static inline int idr_alloc(struct idr *idr, void *entry, int from, int to, gfp_t gfp)
{
	(void)from;
	(void)to;
	return xa_insert(&idr->idr_rt, 0, entry, gfp) ? -ENOSPC : 0;
}
#define idr_alloc_cyclic(idr, entry, from, to, gfp) idr_alloc(idr, entry, from, to, gfp)
#define idr_for_each_entry(idr, entry, id)                                                                             \
	for ((id) = 0, (entry) = idr_find(idr, 0); (entry); (entry) = NULL)
#define idr_is_empty(idr) xa_empty(&(idr)->idr_rt)
#define idr_destroy(idr) ((void)(idr))
#define idr_preload(gfp) ((void)(gfp))
#define idr_preload_end() ((void)0)

/* Who has the number is not told: a mark lies in the place of an entry. */
static inline int ida_alloc(struct ida *ida, gfp_t gfp) { return xa_insert(&ida->xa, 0, ida, gfp) ? -ENOSPC : 0; }
static inline void ida_free(struct ida *ida, unsigned int id) { xa_erase(&ida->xa, id); }
#define ida_simple_get(ida, from, to, gfp) ((void)(from), (void)(to), ida_alloc(ida, gfp))
#define ida_simple_remove(ida, id) ida_free(ida, id)
#define ida_alloc_max(ida, to, gfp) ((void)(to), ida_alloc(ida, gfp))
#define ida_alloc_min(ida, from, gfp) ((void)(from), ida_alloc(ida, gfp))
#define ida_alloc_range(ida, from, to, gfp) ((void)(from), (void)(to), ida_alloc(ida, gfp))
#define ida_init(ida) xa_init(&(ida)->xa)
#define ida_destroy(ida) ((void)(ida))

#endif

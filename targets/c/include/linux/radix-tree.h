/* See linux/xarray.h. */
#ifndef _LINUX_RADIX_TREE_H
#define _LINUX_RADIX_TREE_H

#include <linux/xarray.h>

#define radix_tree_root xarray
#define RADIX_TREE(name, gfp) struct xarray name = XARRAY_INIT(name, gfp)
#define INIT_RADIX_TREE(root, gfp) ((void)(gfp), xa_init(root))
#define radix_tree_lookup(root, index) xa_load(root, index)
#define radix_tree_delete(root, index) xa_erase(root, index)
#define radix_tree_insert(root, index, entry) xa_insert(root, index, entry, GFP_KERNEL)

#endif

/* How an allocation may wait: it makes no difference here. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>

#define GFP_KERNEL 0u
#define GFP_ATOMIC 0u
#define GFP_NOWAIT 0u
#define GFP_NOFS 0u
#define GFP_NOIO 0u
#define GFP_USER 0u
#define GFP_KERNEL_ACCOUNT 0u
#define __GFP_ZERO 0u
#define __GFP_NOWARN 0u
#define __GFP_NORETRY 0u
#define __GFP_NOFAIL 0u
#define __GFP_ACCOUNT 0u
#define __GFP_NOMEMALLOC 0u

#endif

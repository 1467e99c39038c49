/* The compiler's own <stdatomic.h>; only what it cannot be combined with is of ours. */
#ifdef _LINUX_ATOMIC_H
#error "<stdatomic.h> and <linux/atomic.h> give the same names to different things (atomic_fetch_add); include one"
#endif
#define REFUZZ_STDATOMIC
#include_next <stdatomic.h>

/* All of it is in <linux/atomic.h>. */
#include <linux/atomic.h>

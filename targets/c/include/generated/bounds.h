/* What the kernel's build finds out about sizes. */
#ifndef _GENERATED_BOUNDS_H
#define _GENERATED_BOUNDS_H

#define SPINLOCK_SIZE 4

#endif

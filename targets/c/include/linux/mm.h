/* Pages are left out. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <refuzz/usual.h>
#include <asm/page.h>

#define mem_dump_obj(object) ((void)(object))

#endif

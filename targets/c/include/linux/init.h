/* What is called at the start of the kernel or a module is not; a REFUZZ_STATE says how things stand. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

#define module_init(function) _Static_assert(1, "")
#define module_exit(function) _Static_assert(1, "")
#define early_initcall(function) _Static_assert(1, "")
#define core_initcall(function) _Static_assert(1, "")
#define postcore_initcall(function) _Static_assert(1, "")
#define arch_initcall(function) _Static_assert(1, "")
#define subsys_initcall(function) _Static_assert(1, "")
#define fs_initcall(function) _Static_assert(1, "")
#define device_initcall(function) _Static_assert(1, "")
#define late_initcall(function) _Static_assert(1, "")

#endif

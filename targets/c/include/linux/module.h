/* No module is linked against a test, and none is unloaded. */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <refuzz/leaves-out.h>
#include <refuzz/usual.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/moduleparam.h>

struct module;

#define THIS_MODULE ((struct module *)0)
#define MODULE_LICENSE(text) _Static_assert(1, "")
#define MODULE_AUTHOR(text) _Static_assert(1, "")
#define MODULE_DESCRIPTION(text) _Static_assert(1, "")
#define MODULE_VERSION(text) _Static_assert(1, "")
#define MODULE_ALIAS(text) _Static_assert(1, "")
#define MODULE_SOFTDEP(text) _Static_assert(1, "")
#define MODULE_FIRMWARE(text) _Static_assert(1, "")
#define MODULE_IMPORT_NS(text) _Static_assert(1, "")
#define MODULE_DEVICE_TABLE(kind, name) _Static_assert(1, "")

static inline bool try_module_get(struct module *module)
{
	REFUZZ_LEAVES_OUT("modules: none is unloaded");
	(void)module;
	return true;
}

static inline void __module_get(struct module *module) { (void)try_module_get(module); }
static inline void module_put(struct module *module) { (void)try_module_get(module); }

#endif

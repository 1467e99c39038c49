/* What the kernel merely tells its log is no report of misuse: it is dropped. Reports are WARN and its like. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <refuzz/leaves-out.h>

static inline void refuzz_drop(const char *format, ...) { (void)format; }

static inline int refuzz_printk(const char *format, ...)
{
	REFUZZ_LEAVES_OUT("messages to the log");
	(void)format;
	return 0;
}

#define printk(...) refuzz_printk(__VA_ARGS__)
#define printk_once(...) refuzz_printk(__VA_ARGS__)
#define printk_ratelimited(...) refuzz_printk(__VA_ARGS__)
#define _printk(...) refuzz_printk(__VA_ARGS__)
#define no_printk(...) refuzz_printk(__VA_ARGS__)
#define pr_emerg(...) refuzz_printk(__VA_ARGS__)
#define pr_alert(...) refuzz_printk(__VA_ARGS__)
#define pr_crit(...) refuzz_printk(__VA_ARGS__)
#define pr_err(...) refuzz_printk(__VA_ARGS__)
#define pr_warn(...) refuzz_printk(__VA_ARGS__)
#define pr_notice(...) refuzz_printk(__VA_ARGS__)
#define pr_info(...) refuzz_printk(__VA_ARGS__)
#define pr_cont(...) refuzz_printk(__VA_ARGS__)
#define pr_debug(...) refuzz_printk(__VA_ARGS__)
#define pr_devel(...) refuzz_printk(__VA_ARGS__)
#define pr_err_once(...) refuzz_printk(__VA_ARGS__)
#define pr_warn_once(...) refuzz_printk(__VA_ARGS__)
#define pr_info_once(...) refuzz_printk(__VA_ARGS__)
#define pr_err_ratelimited(...) refuzz_printk(__VA_ARGS__)
#define pr_warn_ratelimited(...) refuzz_printk(__VA_ARGS__)
#define dump_stack() refuzz_printk("")

#define KERN_EMERG ""
#define KERN_ALERT ""
#define KERN_CRIT ""
#define KERN_ERR ""
#define KERN_WARNING ""
#define KERN_NOTICE ""
#define KERN_INFO ""
#define KERN_DEBUG ""
#define KERN_CONT ""

#endif

/* What the kernel merely tells its log is no report of misuse: it is dropped. Reports are WARN and its like. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

static inline void refuzz_drop(const char *format, ...) { (void)format; }

#define printk(...) refuzz_drop(__VA_ARGS__)
#define pr_emerg(...) refuzz_drop(__VA_ARGS__)
#define pr_crit(...) refuzz_drop(__VA_ARGS__)
#define pr_err(...) refuzz_drop(__VA_ARGS__)
#define pr_warn(...) refuzz_drop(__VA_ARGS__)
#define pr_notice(...) refuzz_drop(__VA_ARGS__)
#define pr_info(...) refuzz_drop(__VA_ARGS__)
#define pr_debug(...) refuzz_drop(__VA_ARGS__)

#define KERN_ERR ""
#define KERN_WARNING ""
#define KERN_INFO ""
#define KERN_DEBUG ""

#endif

/* Chains, as members. */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <refuzz/usual.h>

struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};

struct blocking_notifier_head {
	struct notifier_block *head;
};
struct atomic_notifier_head {
	struct notifier_block *head;
};
struct raw_notifier_head {
	struct notifier_block *head;
};

#define NOTIFY_DONE 0
#define NOTIFY_OK 1

#endif

/*
 * What the files here use of a kernel, declared for a compiler that has no kernel tree. Nothing of
 * it runs, and reproducers include the kernel's own headers instead.
 */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define __init __attribute__((used))
#define __exit __attribute__((used))
#define module_init(function)
#define module_exit(function)
#define module_param(name, type, mode)
#define MODULE_PARM_DESC(name, text) extern const char about_##name[sizeof(text)]
#define MODULE_LICENSE(text) extern const char license[sizeof(text)]
#define MODULE_DESCRIPTION(text) extern const char description[sizeof(text)]

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define HZ 250
extern unsigned long jiffies;
#define time_before(one, other) ((long)((one) - (other)) < 0)

int pr_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void barrier(void);
void cpu_relax(void);
void cond_resched(void);

typedef struct {
	int counter;
} atomic_t;
void atomic_set(atomic_t *counter, int value);
void atomic_set_release(atomic_t *counter, int value);
int atomic_read(const atomic_t *counter);
int atomic_read_acquire(const atomic_t *counter);
int atomic_dec_return(atomic_t *counter);

typedef struct {
	atomic_t refs;
} refcount_t;
void refcount_set(refcount_t *counter, int value);
unsigned int refcount_read(const refcount_t *counter);
void refcount_inc(refcount_t *counter);

struct kref {
	refcount_t refcount;
};
unsigned int kref_read(const struct kref *kref);

struct task_struct;
struct task_struct *kthread_run(int (*function)(void *), void *data, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int kthread_stop(struct task_struct *task);
struct task_struct *get_task_struct(struct task_struct *task);
void put_task_struct(struct task_struct *task);
bool IS_ERR(const void *pointer);
long PTR_ERR(const void *pointer);

struct completion {
	unsigned int done;
};
void init_completion(struct completion *completion);
void complete(struct completion *completion);
void wait_for_completion(struct completion *completion);

struct kmsg_dump_iter {
	unsigned long long at;
};
void kmsg_dump_rewind(struct kmsg_dump_iter *iter);
bool kmsg_dump_get_line(struct kmsg_dump_iter *iter, bool syslog, char *line, size_t size,
			size_t *length);

struct kunit;
struct kunit_case {
	void (*run_case)(struct kunit *test);
};
struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
};
int kunit_info(struct kunit *test, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define KUNIT_CASE(function)                                                                       \
	{                                                                                          \
		.run_case = function                                                               \
	}
#define KUNIT_ASSERT_EQ(test, left, right) kunit_info(test, "%d", (left) == (right))
#define KUNIT_EXPECT_EQ(test, left, right) kunit_info(test, "%d", (left) == (right))
#define KUNIT_EXPECT_EQ_MSG(test, left, right, format, ...)                                        \
	kunit_info(test, "%d " format, (left) == (right), __VA_ARGS__)
#define kunit_test_suite(suite) struct kunit_suite *const suite_to_run = &(suite)

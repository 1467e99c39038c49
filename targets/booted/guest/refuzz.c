// SPDX-License-Identifier: GPL-2.0
/*
 * Runs programs of counter ops inside a kernel, and says what they did: what each op returned, the word after it, and
 * which WARN it came to. Programs come in and answers go out through memory that the host shares as a PCI device; see
 * protocol.ts, from which protocol.h is made.
 *
 * The ops are those of the kernel that this is built for: its headers inlined here, and its own compiled code for what is
 * out of line.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/refcount.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include "protocol.h"

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Runs programs of counter ops, for refuzz");

static void *mailbox;
static u32 *header;

static u32 *request(void)
{
	return mailbox + RFZ_REQUEST_AT;
}

static void progress(u32 n)
{
	WRITE_ONCE(header[RFZ_WORD_PROGRESS], n);
}

/* Ops that bring a kernel down on purpose, so that what the host then does can be tested. */

static noinline void refuzz_panic(void)
{
	panic("refuzz was asked to panic");
}

static noinline void refuzz_oops(void)
{
	WRITE_ONCE(*(volatile int *)8, 1);
}

static noinline void refuzz_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static noinline void refuzz_flood(void)
{
	for (;;)
		pr_emerg("refuzz was asked to flood the console, and so it does, line after line after line\n");
}

static void refuzz_release(struct kref *kref)
{
}

#include "ops.h"

/*
 * Warnings.
 *
 * A WARN_ONCE is compiled as: is its flag clear? then set it, call __warn_printk with the text, and trap (ud2), where the
 * handler prints a backtrace. A probe on __warn_printk takes down the text, clears the flag again, and returns behind the
 * trap: the text is what the kernel was about to print, and printing it a million times would tell no more.
 */

/* Whose warnings are taken down: tasks of ours. A WARN of anybody else is the kernel's own affair, and is printed. */
struct listener {
	struct task_struct *task;
	u32 code;
};

static struct listener listeners[RFZ_MOST_RACERS];
static u32 listener_count;
static const char *texts[RFZ_MOST_TEXTS];
static DEFINE_RAW_SPINLOCK(texts_lock);

static struct listener *listening(void)
{
	u32 n = READ_ONCE(listener_count);
	u32 i;

	for (i = 0; i < n; i++)
		if (listeners[i].task == current)
			return &listeners[i];
	return NULL;
}

/* The code of a text. Texts lie in read-only data, so the same text of two places may have two addresses. */
static u32 code_of(const char *text)
{
	u32 n = smp_load_acquire(&header[RFZ_WORD_TEXTS]);
	unsigned long flags;
	u32 i;

	for (i = 0; i < n; i++)
		if (texts[i] == text)
			return i + 1;
	raw_spin_lock_irqsave(&texts_lock, flags);
	n = header[RFZ_WORD_TEXTS];
	for (i = 0; i < n; i++)
		if (texts[i] == text)
			break;
	if (i == n && n < RFZ_MOST_TEXTS) {
		strscpy(mailbox + RFZ_TEXTS_AT + n * RFZ_TEXT_BYTES, text, RFZ_TEXT_BYTES);
		texts[n] = text;
		smp_store_release(&header[RFZ_WORD_TEXTS], n + 1);
	}
	raw_spin_unlock_irqrestore(&texts_lock, flags);
	return i < RFZ_MOST_TEXTS ? i + 1 : RFZ_WARNED_TWICE;
}

/* What a probed function is made to do: nothing but return to its caller. */
asmlinkage void refuzz_return(void);
asm(".pushsection .text\n"
    ".type refuzz_return, @function\n"
    "refuzz_return:\n\t" ASM_RET
    ".size refuzz_return, .-refuzz_return\n"
    ".popsection\n");

/* movb $1, flag(%rip), as it stands before the call: c6 05, the distance to the flag, 01. */
#define SET_FLAG_LENGTH 7
#define CALL_LENGTH 5

static u8 *flag_set_before(const u8 *call)
{
	const u8 *set = call - SET_FLAG_LENGTH;

	if (set[0] != 0xc6 || set[1] != 0x05 || set[6] != 0x01)
		return NULL;
	return (u8 *)call + *(const s32 *)(set + 2);
}

static int warned(struct kprobe *probe, struct pt_regs *regs)
{
	struct listener *listener = listening();
	unsigned long *caller = (unsigned long *)regs->sp;
	const u8 *at;
	u8 *flag;
	u32 code;

	if (!listener || in_interrupt())
		return 0;
	at = (const u8 *)*caller;
	code = code_of((const char *)regs->di);
	listener->code = listener->code ? RFZ_WARNED_TWICE : code;
	flag = flag_set_before(at - CALL_LENGTH);
	if (flag)
		WRITE_ONCE(*flag, 0);
	if (at[0] == 0x0f && at[1] == 0x0b)
		*caller += 2;
	regs->ip = (unsigned long)refuzz_return;
	return 1;
}

/* With a handler of this kind a probe may change where a function goes on. */
static void followed(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe warn_probe = {
	.symbol_name = "__warn_printk",
	.pre_handler = warned,
	.post_handler = followed,
};

/*
 * With one thread a flag that is cleared at once is clear for the next op. With several, another thread may look at it
 * in between, and say nothing where it ought to warn. So while threads race, each look at a flag (cmpb $0, flag(%rip))
 * is a probe that finds it clear.
 */
#define LOOK_LENGTH 7
#define MOST_LOOKS 16

static struct kprobe looks[MOST_LOOKS];
static struct kprobe *look_list[MOST_LOOKS];
static u32 look_count;
static bool looks_are_armed;

/* A probe within a function is a breakpoint, whose handler counts as an interrupt: that cannot be asked for here. */
static int look(struct kprobe *probe, struct pt_regs *regs)
{
	if (!listening())
		return 0;
	regs->flags = (regs->flags & ~(X86_EFLAGS_CF | X86_EFLAGS_OF | X86_EFLAGS_SF | X86_EFLAGS_AF)) |
		      X86_EFLAGS_ZF | X86_EFLAGS_PF;
	regs->ip = (unsigned long)probe->addr + LOOK_LENGTH;
	return 1;
}

static unsigned long (*lookup)(const char *name);
static int (*lookup_size)(unsigned long address, unsigned long *size, unsigned long *offset);

/* kallsyms is not for modules, but whatever a probe can be put on has an address. */
static unsigned long address_of(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	unsigned long address;

	if (register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}

static void find_looks(const char *function, unsigned long from, unsigned long to)
{
	unsigned long start = lookup(function);
	unsigned long size = 0;
	unsigned long offset;
	const u8 *at;

	if (!start || !lookup_size(start, &size, &offset))
		return;
	for (at = (const u8 *)start; at + LOOK_LENGTH <= (const u8 *)start + size; at++) {
		unsigned long flag = (unsigned long)at + LOOK_LENGTH + *(const s32 *)(at + 2);

		if (at[0] != 0x80 || at[1] != 0x3d || at[6] != 0 || flag < from || flag >= to)
			continue;
		if (look_count == MOST_LOOKS)
			return;
		looks[look_count].addr = (kprobe_opcode_t *)at;
		looks[look_count].pre_handler = look;
		looks[look_count].post_handler = followed;
		look_list[look_count] = &looks[look_count];
		look_count++;
	}
}

static void arm_looks(bool wanted)
{
	u32 i;

	if (wanted == looks_are_armed)
		return;
	if (wanted) {
		/* A probe that has been unregistered remembers too much to be registered again as it is. */
		for (i = 0; i < look_count; i++)
			looks[i] = (struct kprobe){
				.addr = looks[i].addr, .pre_handler = look, .post_handler = followed,
			};
		if (register_kprobes(look_list, look_count))
			pr_err("refuzz: cannot probe the flags of WARN_ONCE\n");
		else
			looks_are_armed = true;
	} else {
		unregister_kprobes(look_list, look_count);
		looks_are_armed = false;
	}
}

static void listen(u32 count)
{
	WRITE_ONCE(listener_count, count);
}

/* One thread. */

/* What an op is run on: one word, by each of its types. */
union cell {
	atomic_t v;
	refcount_t r;
	struct kref k;
};

static union cell alone;

static u32 run_sequential(void)
{
	const u32 *argument = header + RFZ_WORD_ARGUMENTS;
	u32 call_count = argument[RFZ_SEQUENTIAL_CALLS];
	u32 program_count = argument[RFZ_SEQUENTIAL_PROGRAMS];
	u32 op_count = argument[RFZ_SEQUENTIAL_OPS];
	const u32 *calls = request();
	const u32 *starts = calls + (size_t)call_count * RFZ_WORDS_PER_CALL;
	const u32 *lengths = starts + program_count;
	const u16 *ops = (const u16 *)(lengths + program_count);
	u32 *results = mailbox + RFZ_ANSWER_AT;
	u32 *values = results + op_count;
	u8 *warnings = (u8 *)(values + op_count);
	struct listener *own = &listeners[0];
	u32 at = 0;
	u32 program;

	if (call_count > RFZ_MOST_CALLS || op_count > RFZ_MOST_OPS_OF_BATCH || program_count > op_count ||
	    (const void *)(ops + op_count) > mailbox + RFZ_ANSWER_AT)
		return RFZ_STATUS_MALFORMED;
	arm_looks(false);
	own->task = current;
	own->code = 0;
	listen(1);
	for (program = 0; program < program_count; program++) {
		u32 end = at + lengths[program];

		if (end > op_count || end < at)
			return RFZ_STATUS_MALFORMED;
		progress(program);
		atomic_set(&alone.v, starts[program]);
		for (; at < end; at++) {
			const u32 *call;

			if (ops[at] >= call_count)
				return RFZ_STATUS_MALFORMED;
			call = calls + (u32)ops[at] * RFZ_WORDS_PER_CALL;
			results[at] = refuzz_run(call[0], &alone.r, &alone.v, &alone.k, call[1], call[2]);
			values[at] = atomic_read(&alone.v);
			warnings[at] = own->code;
			own->code = 0;
		}
		if (program % 64 == 0)
			cond_resched();
	}
	listen(0);
	return RFZ_STATUS_OK;
}

/*
 * Several threads, as fuzz/stress does it: all of them run their ops on every cell of a batch, each cell a counter of
 * its own; they meet every so many cells, and then each dawdles a little, now more, now less.
 */

struct racer {
	u32 thread;
	u32 op_count;
	/* Where its notes begin, counted in ops. */
	u32 op_base;
	const u32 *calls;
	struct task_struct *task;
	/* Its part of the answer, and a table of hashes to find a row in it: 0 is empty, else the row's number plus 1. */
	u32 *rows;
	u32 row_count;
	u32 *index;
	u32 status;
};

#define INDEX_SIZE (1u << 17)

static struct racer racers[RFZ_MOST_RACERS];
static union cell *cells;
static u32 *note_results;
static u8 *note_codes;
static atomic_t arrived;
static atomic_t generation;
static atomic_t running;

static u32 race_argument(u32 n)
{
	return header[RFZ_WORD_ARGUMENTS + n];
}

static u32 total_ops(void)
{
	const struct racer *last = &racers[race_argument(RFZ_RACE_THREADS) - 1];

	return last->op_base + last->op_count;
}

/* So long a thread looks for the others without a pause. */
#define EAGER_LOOKS 20000

/*
 * Waits until all threads are here. A processor of a guest is a thread of the host's, and may not run at the moment: who
 * waits for it too eagerly takes its time.
 */
static void meet(u32 threads, bool shares_cpus)
{
	int before = atomic_read(&generation);
	u32 looks = 0;

	if (atomic_inc_return(&arrived) == threads) {
		atomic_set(&arrived, 0);
		atomic_inc_return_release(&generation);
		return;
	}
	while (atomic_read_acquire(&generation) == before) {
		if (++looks > EAGER_LOOKS)
			usleep_range(20, 50);
		else if (shares_cpus)
			yield();
		else
			cpu_relax();
	}
}

/* Marsaglia's xorshift. */
static u32 draw(u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void run_cells(struct racer *racer, u32 from, u32 to, u32 stride)
{
	struct listener *own = &listeners[racer->thread];
	u32 cell;
	u32 op;

	for (cell = from; cell < to; cell++) {
		union cell *word = &cells[cell];

		for (op = 0; op < racer->op_count; op++) {
			const u32 *call = racer->calls + op * RFZ_WORDS_PER_CALL;
			u32 note = (racer->op_base + op) * stride + cell;

			note_results[note] = refuzz_run(call[0], &word->r, &word->v, &word->k, call[1], call[2]);
			note_codes[note] = own->code;
			own->code = 0;
		}
	}
}

/* Adds the outcome of a cell to what a thread counts. */
static void count_cell(struct racer *racer, u32 cell, u32 stride)
{
	u32 ops = total_ops();
	u32 length = 2 * ops + 1;
	u32 room = RFZ_ANSWER_BYTES / RFZ_MOST_RACERS / 4 / (length + 1);
	u32 row[2 * RFZ_MOST_RACERS * RFZ_MOST_RACER_OPS + 1];
	u32 hash = 0x811c9dc5;
	u32 *known;
	u32 i;

	for (i = 0; i < ops; i++) {
		row[2 * i] = note_results[i * stride + cell];
		row[2 * i + 1] = note_codes[i * stride + cell];
	}
	row[2 * ops] = atomic_read(&cells[cell].v);
	for (i = 0; i < length; i++)
		hash = (hash ^ row[i]) * 0x01000193 + (hash >> 15);
	for (hash &= INDEX_SIZE - 1; racer->index[hash]; hash = (hash + 1) & (INDEX_SIZE - 1)) {
		known = racer->rows + (size_t)(racer->index[hash] - 1) * (length + 1);
		if (memcmp(known, row, length * 4) == 0) {
			known[length]++;
			return;
		}
	}
	if (racer->row_count >= room || racer->row_count >= INDEX_SIZE / 2) {
		racer->status = RFZ_STATUS_TOO_MANY_OUTCOMES;
		return;
	}
	known = racer->rows + (size_t)racer->row_count * (length + 1);
	memcpy(known, row, length * 4);
	known[length] = 1;
	racer->index[hash] = ++racer->row_count;
}

/* Nanoseconds: as long as a host lets another thread run. */
#define SLOW_STRETCH 4000000
#define LONGEST_STRETCH 1024

/*
 * How many cells there are between two barriers, said by the first thread for the next stretch. On a busy host a barrier
 * costs milliseconds, so there are fewer of them as it goes on. Two values in turn: a thread may still have to read this
 * one when the first thread says the next.
 */
static u32 stretches[2];

static void say_stretch(u32 number, u32 *stretch, u64 *then)
{
	u64 now = ktime_get_ns();

	if (number > 0 && now - *then > SLOW_STRETCH && *stretch < LONGEST_STRETCH)
		*stretch *= 2;
	*then = now;
	WRITE_ONCE(stretches[number % 2], *stretch);
}

static int race(void *data)
{
	static const u8 strides[] = { 1, 2, 4, 8, 16, 32, 64, 128 };
	static const u8 delays[] = { 0, 2, 4, 8, 16, 32, 64, 128 };
	struct racer *racer = data;
	u32 threads = race_argument(RFZ_RACE_THREADS);
	u32 count = race_argument(RFZ_RACE_CELLS);
	u32 batches = race_argument(RFZ_RACE_BATCHES);
	u32 start = race_argument(RFZ_RACE_START);
	u32 common = race_argument(RFZ_RACE_SEED) | 1;
	u32 own = (race_argument(RFZ_RACE_SEED) ^ (0x9e3779b9u * (racer->thread + 1))) | 1;
	bool shares_cpus = threads > num_online_cpus();
	u32 first = count / threads * racer->thread;
	u32 last = racer->thread + 1 == threads ? count : first + count / threads;
	u32 batch;
	u32 cell;

	for (batch = 0; batch < batches; batch++) {
		u32 stride = strides[draw(&common) % ARRAY_SIZE(strides)];
		u32 delay = delays[draw(&common) % ARRAY_SIZE(delays)];
		u32 number = 0;
		u64 then = 0;
		u32 from;
		u32 to;

		for (cell = first; cell < last; cell++)
			atomic_set(&cells[cell].v, start);
		for (from = 0; from < count; from = to, number++) {
			if (racer->thread == 0)
				say_stretch(number, &stride, &then);
			meet(threads, shares_cpus);
			to = min(from + READ_ONCE(stretches[number % 2]), count);
			if (racer->thread == 0)
				progress(batch * count + from);
			if (delay) {
				u32 turns = draw(&own) % delay;

				while (turns--)
					barrier();
			}
			run_cells(racer, from, to, count);
		}
		meet(threads, shares_cpus);
		for (cell = first; cell < last; cell++)
			count_cell(racer, cell, count);
		/* Nobody sets cells up anew whose notes another one still counts; both go by shares, so this is enough. */
		cond_resched();
	}
	atomic_dec_return_release(&running);
	/* A task that has returned may be gone before kthread_stop asks for it. */
	while (!kthread_should_stop())
		usleep_range(50, 100);
	return 0;
}

static void stop_racers(u32 count)
{
	while (count--)
		kthread_stop(racers[count].task);
}

static u32 start_racers(u32 threads)
{
	u32 thread;

	for (thread = 0; thread < threads; thread++) {
		struct racer *racer = &racers[thread];
		struct task_struct *task = kthread_create(race, racer, "refuzz/%u", thread);

		if (IS_ERR(task)) {
			stop_racers(thread);
			return RFZ_STATUS_NO_MEMORY;
		}
		kthread_bind(task, thread % num_online_cpus());
		racer->task = task;
		listeners[thread] = (struct listener){ .task = task };
	}
	return RFZ_STATUS_OK;
}

static u32 prepare_racer(u32 thread, u32 op_base)
{
	struct racer *racer = &racers[thread];
	u32 *index = racer->index;

	if (!index)
		index = vmalloc(INDEX_SIZE * sizeof(u32));
	if (!index)
		return RFZ_STATUS_NO_MEMORY;
	memset(index, 0, INDEX_SIZE * sizeof(u32));
	*racer = (struct racer){
		.thread = thread,
		.op_count = race_argument(RFZ_RACE_OPS + thread),
		.op_base = op_base,
		.calls = request() + op_base * RFZ_WORDS_PER_CALL,
		.rows = mailbox + RFZ_ANSWER_AT + thread * (RFZ_ANSWER_BYTES / RFZ_MOST_RACERS),
		.index = index,
	};
	return racer->op_count > RFZ_MOST_RACER_OPS ? RFZ_STATUS_MALFORMED : RFZ_STATUS_OK;
}

static u32 run_race(void)
{
	u32 threads = race_argument(RFZ_RACE_THREADS);
	u32 count = race_argument(RFZ_RACE_CELLS);
	u32 op_base = 0;
	u32 status = RFZ_STATUS_OK;
	u32 thread;

	if (threads < 1 || threads > RFZ_MOST_RACERS || count < threads || count > RFZ_MOST_CELLS)
		return RFZ_STATUS_MALFORMED;
	for (thread = 0; thread < threads; thread++) {
		status = prepare_racer(thread, op_base);
		if (status)
			return status;
		op_base += racers[thread].op_count;
	}
	arm_looks(true);
	if (!looks_are_armed)
		return RFZ_STATUS_NO_MEMORY;
	atomic_set(&arrived, 0);
	atomic_set(&running, threads);
	status = start_racers(threads);
	if (status)
		return status;
	listen(threads);
	for (thread = 0; thread < threads; thread++)
		wake_up_process(racers[thread].task);
	while (atomic_read_acquire(&running) > 0)
		usleep_range(100, 200);
	listen(0);
	stop_racers(threads);
	for (thread = 0; thread < threads; thread++) {
		header[RFZ_WORD_ARGUMENTS + RFZ_RACE_OUTCOMES + thread] = racers[thread].row_count;
		if (racers[thread].status)
			status = racers[thread].status;
	}
	return status;
}

/* The post. */

static u32 serve(u32 command)
{
	switch (command) {
	case RFZ_COMMAND_SEQUENTIAL:
		return run_sequential();
	case RFZ_COMMAND_RACE:
		return run_race();
	default:
		return RFZ_STATUS_MALFORMED;
	}
}

static int postman(void *data)
{
	u32 idle = 0;
	u32 number;

	while (!kthread_should_stop()) {
		u64 began;
		u64 elapsed;

		number = smp_load_acquire(&header[RFZ_WORD_REQUEST]);
		if (number == header[RFZ_WORD_ANSWER]) {
			/* At first the next request is about to come; later on nobody is in a hurry. */
			if (++idle < 2000)
				cpu_relax();
			else if (idle < 4000)
				usleep_range(20, 50);
			else
				usleep_range(500, 1000);
			if (idle % 256 == 0)
				cond_resched();
			continue;
		}
		idle = 0;
		began = ktime_get_ns();
		header[RFZ_WORD_STATUS] = serve(header[RFZ_WORD_COMMAND]);
		listen(0);
		elapsed = ktime_get_ns() - began;
		header[RFZ_WORD_ELAPSED_LOW] = elapsed;
		header[RFZ_WORD_ELAPSED_HIGH] = elapsed >> 32;
		smp_store_release(&header[RFZ_WORD_ANSWER], number);
	}
	return 0;
}

static int __init fail(const char *why)
{
	pr_err("refuzz: %s\n", why);
	if (header) {
		strscpy(mailbox + RFZ_FAILURE_AT, why, 256);
		smp_store_release(&header[RFZ_WORD_STATE], RFZ_STATE_FAILED);
	}
	return -ENODEV;
}

/* Whether each way to saturate is seen, the second time as well. */
static bool __init sees_warnings(void)
{
	int type;
	int again;

	listeners[0] = (struct listener){ .task = current };
	listen(1);
	for (again = 0; again < 2; again++) {
		for (type = REFCOUNT_ADD_NOT_ZERO_OVF; type <= REFCOUNT_DEC_LEAK; type++) {
			refcount_warn_saturate(&alone.r, type);
			if (!listeners[0].code || listeners[0].code == RFZ_WARNED_TWICE)
				return false;
			listeners[0].code = 0;
		}
	}
	listen(0);
	return true;
}

static int __init open_mailbox(void)
{
	struct pci_dev *device = pci_get_device(0x1af4, 0x1110, NULL);

	if (!device || pci_enable_device(device))
		return fail("there is no device with shared memory");
	if (pci_resource_len(device, 2) < RFZ_MAILBOX_BYTES)
		return fail("the shared memory is too small");
	mailbox = memremap(pci_resource_start(device, 2), RFZ_MAILBOX_BYTES, MEMREMAP_WB);
	if (!mailbox)
		return fail("the shared memory cannot be mapped");
	header = mailbox;
	if (header[RFZ_WORD_MAGIC] != RFZ_MAGIC || header[RFZ_WORD_VERSION] != RFZ_PROTOCOL_VERSION)
		return fail("the host speaks another version of the protocol");
	return 0;
}

static int __init refuzz_init(void)
{
	struct task_struct *task;
	unsigned long once_from;
	unsigned long once_to;

	if (open_mailbox())
		return -ENODEV;
	lookup = (void *)address_of("kallsyms_lookup_name");
	if (!lookup)
		return fail("kallsyms_lookup_name cannot be found");
	lookup_size = (void *)lookup("kallsyms_lookup_size_offset");
	once_from = lookup("__start_once");
	once_to = lookup("__end_once");
	if (!lookup_size || !once_from || !once_to)
		return fail("the flags of WARN_ONCE cannot be found");
	find_looks("refcount_warn_saturate", once_from, once_to);
	find_looks("refcount_dec_not_one", once_from, once_to);
	if (register_kprobe(&warn_probe))
		return fail("__warn_printk cannot be probed");
	if (!look_count || !sees_warnings())
		return fail("WARN_ONCE is compiled in a way that is not known here");
	cells = vmalloc(RFZ_MOST_CELLS * sizeof(*cells));
	note_results = vmalloc((size_t)RFZ_MOST_CELLS * RFZ_MOST_RACERS * RFZ_MOST_RACER_OPS * 4);
	note_codes = vmalloc((size_t)RFZ_MOST_CELLS * RFZ_MOST_RACERS * RFZ_MOST_RACER_OPS);
	if (!cells || !note_results || !note_codes)
		return fail("there is not enough memory");
	header[RFZ_WORD_CPUS] = num_online_cpus();
	strscpy(mailbox + RFZ_RELEASE_AT, utsname()->release, 128);
	task = kthread_create(postman, NULL, "refuzz");
	if (IS_ERR(task))
		return fail("no thread can be started");
	kthread_bind(task, 0);
	wake_up_process(task);
	smp_store_release(&header[RFZ_WORD_STATE], RFZ_STATE_READY);
	return 0;
}

/* It stays until the machine is switched off. */
module_init(refuzz_init);

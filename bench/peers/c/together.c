/* Ops that overlap, as check-together.ts has it: each thread is a coroutine that gives way before each access. */
#define TOGETHER
#include "word.h"
#include "counter.h"
#include "input.h"
#include <ucontext.h>

#define MOST_THREADS 3
#define MOST_OPS 3

enum op { INC, INC_NOT_ZERO, DEC, DEC_AND_TEST, DEC_IF_ONE, READ, OPS };

static struct thread {
	ucontext_t context;
	char stack[32 * 1024];
	enum op ops[MOST_OPS];
	int count;
	bool is_done;
} threads[MOST_THREADS];

static ucontext_t scheduler;
static int current, last_puts;
static long exact;
static bool was_zero;

static void give_way(void)
{
	swapcontext(&threads[current].context, &scheduler);
}

static void run(enum op op)
{
	pairs++;
	switch (op) {
	case INC:
		inc();
		exact++;
		break;
	case INC_NOT_ZERO:
		if (inc_not_zero())
			exact++;
		else if (!was_zero && word != 0)
			found("refused, and never at 0");
		break;
	case DEC:
		dec();
		exact--;
		break;
	case DEC_AND_TEST:
		last_puts += dec_and_test();
		exact--;
		break;
	case DEC_IF_ONE:
		if (dec_if_one()) {
			last_puts++;
			exact--;
		}
		break;
	default:
		atomic_read();
	}
}

static void run_thread(int index)
{
	struct thread *thread = &threads[index];

	for (int at = 0; at < thread->count; at++)
		run(thread->ops[at]);
	thread->is_done = true;
}

static void start_thread(int index)
{
	struct thread *thread = &threads[index];

	thread->is_done = false;
	thread->count = 1 + next_byte() % MOST_OPS;
	for (int at = 0; at < thread->count; at++)
		thread->ops[at] = next_byte() % OPS;
	getcontext(&thread->context);
	thread->context.uc_stack.ss_sp = thread->stack;
	thread->context.uc_stack.ss_size = sizeof(thread->stack);
	thread->context.uc_link = &scheduler;
	makecontext(&thread->context, (void (*)(void))run_thread, 1, index);
}

/* Lets a thread run up to its next access. */
static void step(int index)
{
	current = index;
	swapcontext(&scheduler, &threads[index].context);
	was_zero |= word == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int ready[MOST_THREADS], start, count;

	begin(bytes, size);
	exact = start = word = next_value(STARTS, COUNT_OF(STARTS));
	has_warned = false;
	was_zero = word == 0;
	last_puts = 0;
	count = 2 + next_byte() % (MOST_THREADS - 1);
	for (int index = 0; index < count; index++)
		start_thread(index);
	for (int index = 0; index < count; index++)
		step(index);
	for (;;) {
		int waiting = 0;

		for (int index = 0; index < count; index++)
			if (!threads[index].is_done)
				ready[waiting++] = index;
		if (waiting == 0)
			break;
		step(ready[next_byte() % waiting]);
	}
	if (has_warned && word != SATURATED)
		found("warned, and did not stay saturated");
	if (!has_warned && word != exact)
		found("references lost or invented");
	if (!has_warned && start >= 0 && word < 0)
		found("below 0 in silence");
	if (!has_warned && last_puts > 1)
		found("two last puts");
	return 0;
}

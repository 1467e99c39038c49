import type { Result } from '../../targets/subject/subject.ts';
import { recordWhole } from '../reproduce/recorded-ops.ts';
import { callText, Inexpressible } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import type { Reproduction } from '../reproduce/reproduction.ts';
import { commentText, cString } from '../reproduce/source-text.ts';

/** A case as code that runs in a kernel, on the kernel's own counter: what a module and a KUnit suite share. */
export interface KernelProgram {
  readonly reproduction: CounterReproduction;
  readonly counter: KernelCounter;
  /**
   * Whether no op has another one between its accesses: then the threads' ops are run one after another. Otherwise the
   * threads are let loose together, many times: the real ops cannot be stopped half-way.
   */
  readonly isSequential: boolean;
  /** In the order of the calls: what each op gave, as a number, on either side. */
  readonly steps: readonly KernelStep[];
  readonly subjectWord: number;
  readonly referenceWord: number;
  /** The texts of warnings that the recorded run has. */
  readonly warnings: readonly string[];
}

export interface KernelStep {
  readonly thread: number;
  readonly call: number;
  readonly subject: number;
  readonly reference: number;
}

/** A counter of the kernel. */
export interface KernelCounter {
  readonly type: string;
  readonly headers: readonly string[];
  readonly set: (value: string) => string;
  readonly read: string;
  /** The statement that an op is; a void one has no result. */
  readonly ops: Readonly<Record<string, (a: string, b: string) => string>>;
  /** What its warnings begin with in the log. */
  readonly warns: string | undefined;
}

const REFCOUNT: KernelCounter = {
  type: 'refcount_t',
  headers: ['linux/refcount.h'],
  set: (value) => `refcount_set(&counter, ${value})`,
  read: '(int)refcount_read(&counter)',
  warns: 'refcount_t: ',
  ops: {
    read: () => 'return (int)refcount_read(&counter);',
    set: (n) => `refcount_set(&counter, ${n});`,
    set_release: (n) => `refcount_set_release(&counter, ${n});`,
    add: (i) => `refcount_add(${i}, &counter);`,
    inc: () => 'refcount_inc(&counter);',
    add_not_zero: (i) => `return refcount_add_not_zero(${i}, &counter);`,
    inc_not_zero: () => 'return refcount_inc_not_zero(&counter);',
    add_not_zero_acquire: (i) => `return refcount_add_not_zero_acquire(${i}, &counter);`,
    inc_not_zero_acquire: () => 'return refcount_inc_not_zero_acquire(&counter);',
    sub_and_test: (i) => `return refcount_sub_and_test(${i}, &counter);`,
    dec_and_test: () => 'return refcount_dec_and_test(&counter);',
    dec: () => 'refcount_dec(&counter);',
    dec_if_one: () => 'return refcount_dec_if_one(&counter);',
    dec_not_one: () => 'return refcount_dec_not_one(&counter);',
  },
};

const KREF: KernelCounter = {
  ...REFCOUNT,
  type: 'struct kref',
  headers: ['linux/kref.h'],
  set: (value) => `refcount_set(&counter.refcount, ${value})`,
  read: '(int)kref_read(&counter)',
  ops: {
    read: () => 'return (int)kref_read(&counter);',
    inc: () => 'kref_get(&counter);',
    inc_not_zero: () => 'return kref_get_unless_zero(&counter);',
    dec_and_test: () => 'return kref_put(&counter, repro_release);',
  },
};

/** atomic_t, and for each op of refcount_t the idiom that it replaces. */
const ATOMIC: KernelCounter = {
  type: 'atomic_t',
  headers: ['linux/atomic.h'],
  set: (value) => `atomic_set(&counter, ${value})`,
  read: 'atomic_read(&counter)',
  warns: undefined,
  ops: {
    read: () => 'return atomic_read(&counter);',
    set: (value) => `atomic_set(&counter, ${value});`,
    set_release: (value) => `atomic_set_release(&counter, ${value});`,
    ...Object.fromEntries(['inc', 'dec'].map((op) => [op, () => `atomic_${op}(&counter);`])),
    ...Object.fromEntries(['add', 'sub'].map((op) => [op, (i: string) => `atomic_${op}(${i}, &counter);`])),
    ...Object.fromEntries(
      ['add_return', 'sub_return', 'fetch_add', 'fetch_sub', 'sub_and_test', 'add_negative'].map((op) => [
        op,
        (i: string) => `return atomic_${op}(${i}, &counter);`,
      ]),
    ),
    ...Object.fromEntries(
      [
        ...['inc_return', 'dec_return', 'fetch_inc', 'fetch_dec', 'dec_and_test', 'inc_and_test'],
        ...['inc_not_zero', 'inc_unless_negative', 'dec_unless_positive', 'dec_if_positive'],
      ].map((op) => [op, () => `return atomic_${op}(&counter);`]),
    ),
    ...Object.fromEntries(
      ['add_unless', 'fetch_add_unless', 'cmpxchg'].map((op) => [
        op,
        (a: string, b: string) => `return atomic_${op}(&counter, ${a}, ${b});`,
      ]),
    ),
    xchg: (value) => `return atomic_xchg(&counter, ${value});`,
    try_cmpxchg: (old, value) => `return atomic_cmpxchg(&counter, ${old}, ${value}) == ${old};`,
    add_not_zero: (i) => `return atomic_add_unless(&counter, ${i}, 0);`,
    inc_not_zero_acquire: () => 'return atomic_inc_not_zero(&counter);',
    add_not_zero_acquire: (i) => `return atomic_add_unless(&counter, ${i}, 0);`,
    dec_if_one: () => 'return atomic_cmpxchg(&counter, 1, 0) == 1;',
    dec_not_one: () => 'return atomic_add_unless(&counter, -1, 1);',
  },
};

/** By the name of a subject. */
const COUNTERS: Readonly<Record<string, KernelCounter>> = {
  'refcount/v5.5': REFCOUNT,
  'kernel/refcount': REFCOUNT,
  'kernel/kref': KREF,
  atomic: ATOMIC,
};

/**
 * What of a case can run in a kernel.
 *
 * @throws Inexpressible with the reason
 */
export function kernelProgram(reproduction: Reproduction): KernelProgram {
  const { name } = reproduction.harness.target.subject;
  if (reproduction.kind === 'scheme')
    throw new Inexpressible('a scheme is not one counter; its locks and lists are spread over a subsystem');
  const counter = COUNTERS[name];
  if (!counter)
    throw new Inexpressible(
      `${name} is no counter of a kernel of today; there are ${Object.keys(COUNTERS).join(', ')}`,
    );
  const { harness, ops, expected, final } = reproduction;
  for (const { call } of ops) {
    const { op } = harness.alphabet.call(call);
    if (!Object.hasOwn(counter.ops, op)) throw new Inexpressible(`${counter.type} has no ${op}`);
  }
  const results = expected.results.map((list) => [...list]);
  const steps = ops.map(({ thread, call, outcome }) => ({
    thread,
    call,
    subject: numberOf(outcome!.result as Result),
    reference: numberOf(results[thread]!.shift() as Result),
  }));
  const program: KernelProgram = {
    reproduction,
    counter,
    isSequential: ops.every(({ called, returned }, at) => {
      const next = ops[at + 1];
      return returned < (next?.called ?? Number.POSITIVE_INFINITY) && returned >= called;
    }),
    steps,
    subjectWord: final,
    referenceWord: expected.final!,
    warnings: [...new Set(ops.flatMap(({ outcome }) => outcome!.warnings.map(({ text }) => text)))],
  };
  checkVisible(program);
  return program;
}

/** A kernel shows answers and the word; a warning it prints once per boot, and does not say whose it is. */
function checkVisible({ reproduction, isSequential }: KernelProgram): void {
  const { kind } = reproduction.stored.expect.divergence;
  if (kind === 'sticky' || isSequential) return;
  if (isExplainedWithoutWarnings(reproduction))
    throw new Inexpressible(
      'only together with the warnings do word and answers show it, and a kernel prints a warning once per boot, ' +
        'without saying which op it comes from',
    );
}

/** Whether some order of whole ops gives the same answers and the same word, whatever it warns of. */
function isExplainedWithoutWarnings({ harness, ops, start, final }: CounterReproduction): boolean {
  const explained = (value: number, left: CounterReproduction['ops']): boolean => {
    if (left.length === 0) return value === final;
    return left.some((op) => {
      if (left.some((other) => other.returned < op.called)) return false;
      const would = recordWhole(harness.subject, op.call, value);
      return (
        would.outcome.result === op.outcome!.result &&
        explained(
          would.value,
          left.filter((other) => other !== op),
        )
      );
    });
  };
  return explained(start, ops);
}

function numberOf(result: Result): number {
  return typeof result === 'number' ? result | 0 : Number(result === true);
}

/** A 32-bit value as kernel C. */
export function kernelLiteral(value: number): string {
  if (value === 0x7fffffff) return 'INT_MAX';
  if (value === -0x80000000) return 'INT_MIN';
  // REFCOUNT_SATURATED, spelt as the header does.
  if (value === -0x40000000) return 'INT_MIN / 2';
  return value < 4096 ? String(value) : `0x${value.toString(16)}`;
}

/** Includes, the counter, the ops and the steps: what comes first in every source. */
export function programLines({ counter, reproduction, steps }: KernelProgram): string[] {
  const { harness, start } = reproduction;
  const calls = [...new Set(steps.map(({ call }) => call))];
  const body = calls.flatMap((call, number) => {
    const { op, a, b } = harness.alphabet.call(call);
    const statement = counter.ops[op]!(kernelLiteral(a), kernelLiteral(b));
    const leave = statement.startsWith('return ') ? [] : ['\t\treturn 0;'];
    return [`\tcase ${number}:`, `\t\t${statement}`, ...leave];
  });
  return [
    `#define START\t\t(${kernelLiteral(start)})`,
    `#define THREADS\t\t${reproduction.program.threads.length}`,
    '',
    '/* A call: who makes it, what it gave when this was recorded, and what the reference gives. */',
    'struct step {',
    '\tint thread;',
    '\tint op;',
    '\tint recorded;',
    '\tint reference;',
    '};',
    '',
    `static ${counter.type} counter;`,
    '',
    'static const char * const op_names[] = {',
    ...calls.map((call) => `\t${cString(commentText(callText(harness, call)))},`),
    '};',
    '',
    '/* In the order of the calls; an op without an answer gives 0. */',
    'static const struct step steps[] = {',
    ...steps.map(
      ({ thread, call, subject, reference }) =>
        `\t{ ${thread}, ${calls.indexOf(call)}, ${kernelLiteral(subject)}, ${kernelLiteral(reference)} },`,
    ),
    '};',
    '',
    'static int seen[ARRAY_SIZE(steps)];',
    '',
    ...(counter.type === 'struct kref' &&
    calls.some((call) => harness.alphabet.call(call).op === 'dec_and_test')
      ? ['static void repro_release(struct kref *kref)', '{', '}', '']
      : []),
    'static int run_op(int op)',
    '{',
    '\tswitch (op) {',
    ...body,
    '\t}',
    '\treturn 0;',
    '}',
    '',
  ];
}

/** Runs the steps one after another, each on the thread that it belongs to. */
export const SEQUENTIAL_RUN = `struct worker {
	struct task_struct *task;
	struct completion go;
	struct completion done;
	size_t step;
};

static int run_worker(void *data)
{
	struct worker *worker = data;

	for (;;) {
		wait_for_completion(&worker->go);
		if (worker->step == ARRAY_SIZE(steps))
			break;
		seen[worker->step] = run_op(steps[worker->step].op);
		complete(&worker->done);
	}
	return 0;
}

static void let_step(struct worker *worker, size_t step)
{
	worker->step = step;
	complete(&worker->go);
	wait_for_completion(&worker->done);
}

/* Returns when the thread is gone, and with it all that runs this code. */
static void end_worker(struct worker *worker)
{
	worker->step = ARRAY_SIZE(steps);
	complete(&worker->go);
	kthread_stop(worker->task);
	put_task_struct(worker->task);
}

/* Runs the steps, each on the thread that it belongs to, and reads the word. */
static int run_steps(int *word)
{
	static struct worker workers[THREADS];
	int started, ret = 0;
	size_t i;

	@set@;
	for (started = 0; started < THREADS; started++) {
		struct worker *worker = &workers[started];

		init_completion(&worker->go);
		init_completion(&worker->done);
		worker->task = kthread_run(run_worker, worker, "refuzz/%d", started);
		if (IS_ERR(worker->task)) {
			ret = PTR_ERR(worker->task);
			break;
		}
		get_task_struct(worker->task);
	}
	for (i = 0; !ret && i < ARRAY_SIZE(steps); i++)
		let_step(&workers[steps[i].thread], i);
	*word = @read@;
	while (started-- > 0)
		end_worker(&workers[started]);
	return ret;
}
`;

/** Lets the threads loose together, many times, and counts how often they come to what was recorded. */
export const CONCURRENT_RUN = `static int rounds = 1000000;

static atomic_t round_number;
static atomic_t running;

/* The races are a few instructions wide: in each round the threads begin at other moments. */
static void wait_a_moment(int round, long self)
{
	int left;

	for (left = (round >> (5 * self)) & 31; left > 0; left--)
		barrier();
}

static int run_worker(void *data)
{
	long self = (long)data;
	int last = 0;
	size_t i;

	for (;;) {
		int now = atomic_read_acquire(&round_number);

		if (now == last) {
			cpu_relax();
			cond_resched();
			continue;
		}
		last = now;
		wait_a_moment(now, self);
		for (i = 0; now > 0 && i < ARRAY_SIZE(steps); i++)
			if (steps[i].thread == self)
				seen[i] = run_op(steps[i].op);
		atomic_dec_return(&running);
		if (now < 0)
			return 0;
	}
}

static void run_round(int number, int threads)
{
	atomic_set(&running, threads);
	atomic_set_release(&round_number, number);
	while (atomic_read_acquire(&running) > 0) {
		cpu_relax();
		cond_resched();
	}
}

static bool as_recorded(int word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (seen[i] != steps[i].recorded)
			return false;
	return word == RECORDED_WORD;
}

/* Runs all rounds, ten seconds at most: says how many, and how many came to what was recorded. */
static int run_rounds(int *run, int *hits)
{
	static struct task_struct *tasks[THREADS];
	unsigned long end = jiffies + 10 * HZ;
	int started, ret = 0;

	*run = 0;
	*hits = 0;
	atomic_set(&round_number, 0);
	for (started = 0; started < THREADS; started++) {
		tasks[started] = kthread_run(run_worker, (void *)(long)started,
					     "refuzz/%d", started);
		if (IS_ERR(tasks[started])) {
			ret = PTR_ERR(tasks[started]);
			break;
		}
		get_task_struct(tasks[started]);
	}
	while (!ret && *run < rounds && time_before(jiffies, end)) {
		@set@;
		run_round(++*run, THREADS);
		*hits += as_recorded(@read@);
	}
	run_round(-1, started);
	/* Returns when the threads are gone, and with them all that runs this code. */
	while (started-- > 0) {
		kthread_stop(tasks[started]);
		put_task_struct(tasks[started]);
	}
	return ret;
}
`;

/** The text of a run, for a counter. */
export function runText(text: string, { set, read }: KernelCounter): string {
  return text.replace('@set@', set('START')).replaceAll('@read@', read);
}

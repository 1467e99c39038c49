import fc from 'fast-check';
import { enumerateSchedules } from '../fuzz/explore/bounded-schedules.ts';
import { ExhaustiveChoices } from '../fuzz/program/choices.ts';
import { opCount, type Program } from '../fuzz/program/program.ts';
import type { Harness } from '../fuzz/run/harness.ts';
import type { Machine } from '../fuzz/run/machine.ts';
import { scheduleOf } from '../fuzz/run/run.ts';
import { SLOTS_PER_THREAD } from '../oracles/linearizability.ts';
import type { Result } from '../targets/subject/subject.ts';
import { formatValue, INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../targets/subject/values.ts';

// The plainest way to do what the searches do: every order tried from the start, nothing remembered, nothing merged.

export const EDGES = [0, 1, 2, -1, INT_MAX - 1, INT_MAX, INT_MIN, REFCOUNT_SATURATED];

/** Programs of ops of `harness`, by the indices of its calls, so that fast-check can shrink them. */
export function programs(harness: Harness, maxThreads: number, maxOps: number): fc.Arbitrary<Program> {
  const call = fc.constantFrom(...harness.calls);
  const thread = fc.array(call, { minLength: 1, maxLength: maxOps });
  return fc.record({
    start: fc.constantFrom(...EDGES),
    threads: fc.array(thread, { minLength: 1, maxLength: maxThreads }),
  });
}

/** Programs of at most `maxOps` ops in all, on at most three threads; many have threads that are alike. */
export function smallPrograms(
  harness: Harness,
  maxOps: number,
  starts: readonly (number | string)[] = EDGES,
): fc.Arbitrary<Program> {
  const call = fc.constantFrom(...harness.calls);
  const list = (most: number) => fc.array(call, { minLength: 1, maxLength: most });
  const any = fc.array(list(maxOps - 1), { minLength: 2, maxLength: 3 });
  const alike = fc
    .tuple(fc.integer({ min: 2, max: 3 }), list(Math.floor(maxOps / 2)))
    .map(([count, ops]) => Array.from({ length: count }, () => ops));
  const twins = fc.tuple(list(maxOps - 2), call).map(([other, twin]) => [[twin], other, [twin]]);
  return fc
    .record({ start: fc.constantFrom(...starts), threads: fc.oneof(any, alike, twins) })
    .filter((program) => opCount(program) <= maxOps);
}

export function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** The number of ways in which the accesses of the threads can follow each other, one access an op. */
export function interleavings(program: Program): number {
  return program.threads.reduce((count, ops) => count / factorial(ops.length), factorial(opCount(program)));
}

export function schedulesOf(
  machine: Machine,
  program: Program,
  preemptions: number,
): { end: string; schedules: number[][] } {
  const schedules: number[][] = [];
  const end = enumerateSchedules(machine, program, { preemptions, limit: 100_000 }, (schedule) => {
    schedules.push(scheduleOf(schedule));
    return false;
  });
  return { end, schedules };
}

/** What somebody who watches a run is told. */
export interface RunWatcher {
  /** A thread is about to make the access number `at`. */
  before?(thread: number, at: number): void;
  /** It made it; `outcome` as `Machine.step` says it. */
  after?(thread: number, at: number, outcome: number): void;
  /** No thread can go on. The schedule is the caller's to keep. */
  end(schedule: readonly number[]): void;
}

/**
 * Runs a program under every schedule, each from its start, in the lexicographic order of their threads.
 *
 * @returns whether there were no more than `limit`
 */
export function everyRun(
  machine: Machine,
  program: Program,
  watcher: RunWatcher,
  limit = Number.POSITIVE_INFINITY,
): boolean {
  const choices = new ExhaustiveChoices();
  let seen = 0;
  do {
    if (seen++ === limit) return false;
    const schedule: number[] = [];
    machine.start(program);
    for (;;) {
      const enabled = enabledThreads(machine);
      if (enabled.length === 0) break;
      const thread = enabled[choices.below(enabled.length)]!;
      watcher.before?.(thread, schedule.length);
      const outcome = machine.step(thread);
      watcher.after?.(thread, schedule.length, outcome);
      schedule.push(thread);
    }
    watcher.end(schedule);
  } while (choices.next());
  return true;
}

export function enabledThreads(machine: Machine): number[] {
  return Array.from({ length: machine.schedulable }, (_, thread) => thread).filter((thread) =>
    machine.isEnabled(thread),
  );
}

/** An access of the naive interpreter: what it does to the cell, and what it returns. */
type Access = (cell: { value: number }) => number;
type Op = Generator<Access, Result, number>;

const access = {
  load: (): Access => (cell) => cell.value,
  store:
    (value: number): Access =>
    (cell) => {
      cell.value = value;
      return 0;
    },
  add:
    (i: number): Access =>
    (cell) => {
      const old = cell.value;
      cell.value = (old + i) | 0;
      return old;
    },
  cas:
    (expected: number, desired: number): Access =>
    (cell) => {
      const old = cell.value;
      if (old === expected) cell.value = desired;
      return old;
    },
};

/** refcount_t since v5.5 once more, from include/linux/refcount.h, one `yield` an access. */
function* naiveRefcount(op: string, i: number, warn: (text: string) => void): Op {
  const saturate = function* (text: string): Generator<Access, void, number> {
    yield access.store(REFCOUNT_SATURATED);
    warn(text);
  };
  switch (op) {
    case 'read':
      return yield access.load();
    case 'set':
      yield access.store(i);
      return undefined;
    case 'add':
    case 'inc': {
      const by = op === 'inc' ? 1 : i;
      const old = yield access.add(by);
      if (old === 0) yield* saturate('addition on 0; use-after-free');
      else if (old < 0 || ((old + by) | 0) < 0) yield* saturate('saturated; leaking memory');
      return undefined;
    }
    case 'add_not_zero':
    case 'inc_not_zero': {
      const by = op === 'inc_not_zero' ? 1 : i;
      let old = yield access.load();
      while (old !== 0) {
        const seen = yield access.cas(old, (old + by) | 0);
        if (seen === old) break;
        old = seen;
      }
      if (old < 0 || ((old + by) | 0) < 0) yield* saturate('saturated; leaking memory');
      return old !== 0;
    }
    case 'sub_and_test':
    case 'dec_and_test': {
      const by = op === 'dec_and_test' ? 1 : i;
      const old = yield access.add(-by);
      if (old === by && old > 0) return true;
      if (old <= 0 || ((old - by) | 0) < 0) yield* saturate('underflow; use-after-free');
      return false;
    }
    case 'dec':
      if ((yield access.add(-1)) <= 1) yield* saturate('decrement hit 0; leaking memory');
      return undefined;
    case 'dec_if_one':
      return (yield access.cas(1, 0)) === 1;
    case 'dec_not_one': {
      let old = yield access.load();
      for (;;) {
        if (old === REFCOUNT_SATURATED) return true;
        if (old === 1) return false;
        const next = (old - 1) | 0;
        if (next >>> 0 > old >>> 0) {
          warn('underflow; use-after-free');
          return true;
        }
        const seen = yield access.cas(old, next);
        if (seen === old) return true;
        old = seen;
      }
    }
    default:
      throw new Error(`no op ${op}`);
  }
}

/** Every outcome of a program: tries every thread at every access, each time from the start again. */
export function naiveOutcomes(harness: Harness, program: Program): Set<string> {
  const outcomes = new Set<string>();
  const extend = (schedule: readonly number[]): void => {
    const { enabled, outcome } = naiveRun(harness, program, schedule);
    if (enabled.length === 0) outcomes.add(outcome);
    for (const thread of enabled) extend([...schedule, thread]);
  };
  extend([]);
  return outcomes;
}

function naiveRun(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
): { enabled: number[]; outcome: string } {
  const cell = { value: program.start as number };
  const done: [Result, string[]][][] = program.threads.map(() => []);
  const threads = program.threads.map((calls, thread) => threadOf(harness, calls, done[thread]!));
  const next = threads.map((thread) => thread.next());
  for (const thread of schedule) {
    const at = next[thread]!;
    if (at.done) throw new Error('a thread that is over was scheduled');
    next[thread] = threads[thread]!.next(at.value(cell));
  }
  const enabled = next.flatMap((at, thread) => (at.done ? [] : [thread]));
  return { enabled, outcome: outcomeText(done, cell.value) };
}

function* threadOf(
  harness: Harness,
  calls: readonly number[],
  done: [Result, string[]][],
): Generator<Access, void, number> {
  for (const id of calls) {
    const { op, a } = harness.alphabet.call(id);
    const warnings: string[] = [];
    const result = yield* naiveRefcount(op, a, (text) => void warnings.push(text));
    done.push([result, warnings]);
  }
}

/** The text of a `RunOutcome`, made in its own way. */
function outcomeText(done: readonly (readonly [Result, readonly string[]])[][], final: number): string {
  const threads = done.map((list) =>
    list.map(([result, warnings]) => [resultText(result), ...warnings.map((text) => `⚠ ${text}`)].join(' ')),
  );
  return JSON.stringify({ threads, final });
}

function resultText(result: Result): string {
  if (result === undefined) return 'void';
  return typeof result === 'number' ? formatValue(result) : String(result);
}

/** What the ops of the last run of the machine returned and warned. */
export function outcomeOf(harness: Harness, { program, execution }: Machine): string {
  const done = program.threads.map((ops, thread) =>
    ops.map((_, at): [Result, string[]] => {
      const id = execution.outcomes[thread * SLOTS_PER_THREAD + at]!;
      const { result, warnings } = harness.subject.outcomeOf(id);
      return [result as Result, warnings.map(({ text }) => text)];
    }),
  );
  return outcomeText(done, execution.final);
}

/** A thousand a preemption, one a switch. A counter's thread can go on as long as it has an access left. */
export function naiveCost(schedule: readonly number[]): number {
  let cost = 0;
  for (let at = 1; at < schedule.length; at++) {
    const last = schedule[at - 1]!;
    if (schedule[at] !== last) cost += schedule.indexOf(last, at) >= 0 ? 1001 : 1;
  }
  return cost;
}

export function programText({ alphabet }: Harness, { start, threads }: Program): string {
  const lists = threads.map((ops) => ops.map((call) => alphabet.format(call)).join('; '));
  return `${start}: ${lists.join(' | ')}`;
}

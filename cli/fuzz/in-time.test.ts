import { expect, test } from 'vitest';
import { causesMet } from '../../fuzz/case/causes-met.ts';
import { Deadline, Interrupted } from '../../fuzz/run/interrupt.ts';
import { divergenceOf } from '../../oracles/divergence.ts';
import { beforeCompiling, onCompiling } from '../../targets/c/build/compiling.ts';
import { harnessesOf } from '../target/harnesses.ts';
import { compileInTime, reportInTime } from './in-time.ts';

/** A clock that is wound by hand. */
function clock() {
  const host = {
    time: 0,
    now: () => host.time,
    date: () => '',
    memory: () => 0,
    after: () => () => {},
    every: () => () => {},
  };
  return host;
}

/** Whether work is given up, at some moments. */
function givenUp(time: number | undefined, abortedAt: number | undefined, moments: readonly number[]) {
  const host = clock();
  const user = new AbortController();
  const interrupt = reportInTime(time, host, user.signal);
  return moments.map((at) => {
    if (abortedAt !== undefined && at >= abortedAt && !user.signal.aborted) {
      host.time = abortedAt;
      user.abort();
    }
    host.time = at;
    try {
      interrupt.look();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return true;
    }
    return false;
  });
}

test('a report has most of the overrun', () => {
  expect(givenUp(3_000, undefined, [0, 3_000, 4_600, 4_800])).toEqual([false, false, false, true]);
  expect(givenUp(60_000, undefined, [65_000, 65_200])).toEqual([false, true]);
});

test('a user who ends it does not wait longer, and one who sets no limit waits', () => {
  expect(givenUp(60_000, 1_000, [900, 2_200, 2_300])).toEqual([false, false, true]);
  expect(givenUp(undefined, undefined, [1e9])).toEqual([false]);
});

test('a report of a kernel has its time from the end of the boot on', () => {
  const host = clock();
  let started = 0;
  const interrupt = reportInTime(3_000, host, new AbortController().signal, () => started);
  host.time = 30_000;
  expect(interrupt.isStopping).toBe(true);
  started = 26_000;
  expect(interrupt.isStopping).toBe(false);
});

test('a compiler is called off within the overrun, and at once by the user', () => {
  const timers: { readonly after: number; readonly act: () => void; isOff: boolean }[] = [];
  const host = {
    ...clock(),
    after(after: number, act: () => void) {
      const timer = { after, act, isOff: false };
      timers.push(timer);
      return () => {
        timer.isOff = true;
      };
    },
  };
  const user = new AbortController();
  compileInTime(3_000, host, user.signal);
  const [done, late] = [beforeCompiling('done.c')!, beforeCompiling('late.c')!];
  expect(timers.map(({ after }) => after)).toEqual([3_800, 3_800]);
  done.over();
  timers[1]!.act();
  expect([timers[0]!.isOff, done.signal.aborted, late.signal.aborted]).toEqual([true, false, true]);
  expect(String(late.signal.reason)).toContain('nothing was searched: late.c is not compiled yet');
  const open = beforeCompiling('open.c')!;
  user.abort();
  expect(open.signal.aborted).toBe(true);
  expect(beforeCompiling('next.c')!.signal.aborted).toBe(true);
  onCompiling(undefined);
});

const MET = {
  target: 'refcount-v4.11',
  divergence: divergenceOf('inc-saturated-value-protects')!,
  isNew: true,
  count: 1,
  case: 'corpus/refcount-v4.11/inc-from--2-to-0/inc-saturated-value-protects.yaml',
};

test('causes that there is no time for are not known, and everything met is told all the same', () => {
  const [inTime] = causesMet([MET], harnessesOf([]));
  expect(inTime!.cause?.ops).toEqual(['inc']);
  let isLate = false;
  const late = harnessesOf([], new Deadline(() => isLate));
  late(MET.target);
  isLate = true;
  const causes = causesMet([MET], late);
  expect(causes.map(({ cause }) => cause)).toEqual([undefined]);
  expect(causes[0]!.met).toEqual([MET]);
});

import { expect, test } from 'vitest';
import { endInTime, overrunOf } from './end-in-time.ts';

/** What happens when, on a clock that jumps from timer to timer. */
function ends(left: number, overrun: number, calledOff: boolean, isLate = false): string[] {
  let timers: { readonly at: number; readonly act: () => void }[] = [];
  const host = {
    now: () => 0,
    date: () => '',
    memory: () => 0,
    after(at: number, act: () => void) {
      const timer = { at, act };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    every: () => () => {},
  };
  const told: string[] = [];
  let now = 0;
  const tell = (name: string) => () => void told.push(`${name} ${now}`);
  const steps = { stop: tell('stop'), giveUp: tell('give up'), abandon: tell('abandon') };
  const callOff = endInTime(host, left, overrun, steps, isLate);
  if (calledOff) for (const one of callOff) one();
  for (const { at, act } of timers.filter((one) => Number.isFinite(one.at)).sort((a, b) => a.at - b.at)) {
    now = at;
    act();
  }
  return told;
}

test('a session may outlast its time by two seconds or a tenth', () => {
  expect([0, 500, 3_000, 20_000, 60_000, Number.POSITIVE_INFINITY].map(overrunOf)).toEqual([
    2_000,
    2_000,
    2_000,
    2_000,
    6_000,
    Number.POSITIVE_INFINITY,
  ]);
});

test('it is asked, then told, and then ended, before that is over', () => {
  expect(ends(3_000, 2_000, false)).toEqual(['stop 3000', 'give up 3800', 'abandon 4200']);
  expect(ends(0, 2_000, false)).toEqual(['stop 0', 'give up 800', 'abandon 1200']);
});

test('preparation that took all of the time and more leaves less', () => {
  expect(ends(-700, 2_000, false)).toEqual(['stop 0', 'give up 100', 'abandon 500']);
  expect(ends(-5_000, 2_000, false)).toEqual(['stop 0', 'give up 0', 'abandon 0']);
});

test('a session that begins late has a look first, as far as the overrun goes', () => {
  expect(ends(3_000, 2_000, false, true)).toEqual(['stop 3000', 'give up 3800', 'abandon 4200']);
  expect(ends(200, 2_000, false, true)).toEqual(['stop 500', 'give up 1000', 'abandon 1400']);
  expect(ends(-800, 2_000, false, true)).toEqual(['stop 400', 'give up 500', 'abandon 700']);
  expect(ends(-5_000, 2_000, false, true)).toEqual(['stop 0', 'give up 100', 'abandon 300']);
  const never = Number.POSITIVE_INFINITY;
  expect(ends(never, never, false, true)).toEqual([]);
});

test('without a limit, or called off, nothing ends it', () => {
  expect(ends(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, false)).toEqual([]);
  expect(ends(3_000, 2_000, true)).toEqual([]);
});

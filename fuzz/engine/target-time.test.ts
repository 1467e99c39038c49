import { expect, test } from 'vitest';
import type { EngineContext } from './engine.ts';
import { type TargetTime, targetTimes } from './target-time.ts';

/** A clock that is wound by hand. */
class Clock {
  now = 0;
  readonly told: string[] = [];
  readonly user = new AbortController();
  #timers: { readonly at: number; readonly act: () => void }[] = [];

  readonly context: EngineContext = {
    signal: this.user.signal,
    statusEvery: 1000,
    host: {
      now: () => this.now,
      date: () => '',
      memory: () => 0,
      every: () => () => {},
      after: (milliseconds, act) => {
        const timer = { at: this.now + milliseconds, act };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer);
        };
      },
    },
  };

  readonly ends = {
    stop: () => this.#tell('stop'),
    giveUp: () => this.#tell('give up'),
    abandon: () => this.#tell('abandon'),
  };

  #tell(what: string): void {
    this.told.push(`${what} ${this.now}`);
  }

  windTo(now: number): void {
    const due = this.#timers.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
    this.#timers = this.#timers.filter(({ at }) => at > now);
    for (const { at, act } of due) {
      this.now = at;
      act();
    }
    this.now = now;
  }
}

test('one target has all of the time, and all of the overrun', () => {
  const clock = new Clock();
  const time = targetTimes(clock.context, 0, 3_000, 1)();
  time.bind(clock.ends);
  clock.windTo(2_999);
  expect([time.isOver, time.left, clock.told]).toEqual([false, 1, []]);
  clock.windTo(60_000);
  expect(time.isOver).toBe(true);
  expect(clock.told).toEqual(['stop 3000', 'give up 3800', 'abandon 4200']);
});

test('what is done on this thread is given up by the clock, or when it is told', () => {
  const clock = new Clock();
  const isGivenUp = (time: TargetTime) => time.interrupt.isStopping;
  const next = targetTimes(clock.context, 0, 3_000, 2);
  const first = next();
  expect(isGivenUp(first)).toBe(false);
  // Nobody could fire a timer.
  clock.now = 1_899;
  expect(isGivenUp(first)).toBe(false);
  clock.now = 1_900;
  expect(isGivenUp(first)).toBe(true);
  const second = next();
  second.bind(clock.ends);
  clock.user.abort();
  clock.windTo(2_400);
  expect(isGivenUp(second)).toBe(false);
  clock.windTo(2_600);
  expect(isGivenUp(second)).toBe(true);
});

test('several share it; one that ends late takes from those after it, and the last one ends in time', () => {
  const clock = new Clock();
  const next = targetTimes(clock.context, 0, 20_000, 2);
  const first = next();
  const callOff = first.bind(clock.ends);
  clock.windTo(11_000);
  expect(clock.told).toEqual(['stop 10000', 'give up 10400', 'abandon 10600']);
  callOff();
  const second = next();
  second.bind(clock.ends);
  expect(second.left).toBe(9_000);
  clock.windTo(60_000);
  expect(clock.told.slice(3)).toEqual(['stop 20000', 'give up 20800', 'abandon 21200']);
});

test('preparation counts; nothing is left where it took all of the time', () => {
  const clock = new Clock();
  clock.windTo(3_500);
  const time = targetTimes(clock.context, 0, 3_000, 1)();
  expect([time.isOver, time.left]).toEqual([true, 0]);
});

test('the user ends it within two seconds, whatever time there is', () => {
  const clock = new Clock();
  const time = targetTimes(clock.context, 0, Number.POSITIVE_INFINITY, 3)();
  time.bind(clock.ends);
  clock.windTo(5_000);
  expect([time.isOver, clock.told]).toEqual([false, []]);
  clock.user.abort();
  expect(time.isOver).toBe(true);
  clock.windTo(60_000);
  expect(clock.told).toEqual(['stop 5000', 'give up 5600', 'abandon 5900']);
});

test('a target that begins after the user has ended it hears of it; one that is over hears nothing', () => {
  const clock = new Clock();
  const next = targetTimes(clock.context, 0, Number.POSITIVE_INFINITY, 2);
  next().bind(clock.ends)();
  clock.user.abort();
  clock.windTo(1_000);
  expect(clock.told).toEqual([]);
  next().bind(clock.ends);
  clock.windTo(60_000);
  expect(clock.told).toEqual(['stop 1000', 'give up 1600', 'abandon 1900']);
});

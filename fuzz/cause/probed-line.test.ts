import { expect, test } from 'vitest';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { harnessOf } from '../run/harness.ts';
import { ALL_VALUES } from '../sweep/sweep.ts';
import { sweepTarget } from '../sweep/sweep-target.ts';
import { probedLine } from './probed-line.ts';

const counters = loadBuiltInTargets().filter(({ subject }) => subject.kind === 'counter');

test.each(counters)('$name is as documented on all values, not only on the probes', (target) => {
  const harness = harnessOf(target);
  let compared = 0;
  for (const call of harness.calls) {
    const line = probedLine(harness, call)!;
    expect(line.mismatches, line.call).toEqual([]);
    compared += line.compared.length;
    const values = line.intervals.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(values, line.call).toBe(ALL_VALUES);
    for (const [at, { from }] of line.intervals.slice(1).entries())
      expect(from, line.call).toBe(line.intervals[at]!.to + 1);
  }
  // Canary has bugs that no documentation knows, and so has no table of its own.
  expect(compared).toBeGreaterThan(0);
});

test('it has the ranges of a sweep', async () => {
  const harness = harnessOf(counters.find(({ name }) => name === 'canary')!);
  const calls = harness.calls.filter((call) =>
    /dec_and_test|inc_not_zero/.test(harness.alphabet.format(call)),
  );
  expect(calls.length).toBeGreaterThan(1);
  const [from, to] = [0, 2 ** 16];
  for await (const event of sweepTarget(harness, { workers: 1, calls, from, to })) {
    if (event.kind !== 'call') continue;
    const line = probedLine(harness, calls.find((call) => harness.alphabet.format(call) === event.call)!)!;
    const inside = line.intervals
      .filter((one) => one.from <= to)
      .map((one) => ({ ...one, to: Math.min(one.to, to) }));
    expect(inside).toEqual(event.intervals);
  }
});

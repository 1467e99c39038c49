import { expect, test } from 'vitest';
import { Coordinator } from '../../fuzz/queue/coordinator.ts';
import { Machine } from '../../fuzz/queue/machine.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { type SweepEvent, sweepTarget } from '../../fuzz/sweep/sweep-target.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { InMemoryQueue } from './in-memory-queue.ts';

test('a sweep on machines gives the ranges that one on threads gives', async () => {
  const harness = harnessOf(loadTarget('targets/refcount-v5.5.yaml'));
  const calls = harness.calls.filter((call) =>
    /^(inc|sub_and_test\(1\))$/.test(harness.alphabet.format(call)),
  );
  expect(calls).toHaveLength(2);
  // Around the middle of the number line: both halves, with their edges.
  const part = { workers: 1, calls, from: 2 ** 31 - 2 ** 20, to: 2 ** 31 + 2 ** 20 };
  const swept = async (options: Parameters<typeof sweepTarget>[1]) => {
    const events: SweepEvent[] = [];
    for await (const event of sweepTarget(harness, options)) if (event.kind === 'call') events.push(event);
    return events;
  };
  const queue = new InMemoryQueue();
  const own = { version: '0.5.0', build: '0.5.0-a', host: systemHost, notice: () => {} };
  const machines = ['m1', 'm2'].map((name) => new Machine(queue, { ...own, name, threads: 1 }));
  const coordinator = new Coordinator(queue, { ...own, name: 'd1' });
  const remote = await swept({ ...part, makePool: coordinator.makePool });
  await coordinator.close();
  await Promise.all(machines.map((machine) => machine.stop()));
  expect(remote).toEqual(await swept(part));
  expect(remote).toHaveLength(2);
  expect(machines.reduce((sum, { tally }) => sum + tally.done, 0)).toBe(8);
}, 60_000);

import { afterEach, describe, expect, test } from 'vitest';
import { dataOf } from '../../targets/target/target-data.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { HandWoundHost } from '../../test/queue/hand-wound-host.ts';
import { InMemoryQueue } from '../../test/queue/in-memory-queue.ts';
import { ScopeChecker } from '../check/check-scope.ts';
import type { ScopeSetup } from '../check/scope-worker.ts';
import { harnessOf } from '../run/harness.ts';
import type { Work } from '../workers/job-pool.ts';
import type { Message, OfferedJob } from './job-queue.ts';
import { Machine } from './machine.ts';
import { Packing } from './parcels.ts';
import { digestOfText, textOf, valueIn } from './plain-text.ts';

const target = loadTarget('targets/canary.yaml');
const size = { threads: 1, ops: 1 };
const setup: ScopeSetup = { target: dataOf(target), size, limit: 1000 };
const WORK: Work = { file: 'check/scope-worker', setup };

const machines: { machine: Machine; host: HandWoundHost }[] = [];
afterEach(async () => {
  for (const { machine, host } of machines.splice(0)) {
    const stopped = machine.stop();
    await host.wind(1000);
    await stopped;
  }
});

function started(queue: InMemoryQueue, host = new HandWoundHost(), build = '0.5.0-a', threads = 1) {
  const notices: string[] = [];
  const notice = (text: string) => void notices.push(text);
  const machine = new Machine(queue, { name: 'm1', version: '0.5.0', build, threads, host, notice });
  machines.push({ machine, host });
  return { machine, notices, host };
}

/** A job with its parcels in the queue. */
async function offer(queue: InMemoryQueue, job: object, work: unknown = WORK): Promise<OfferedJob> {
  const packing = new Packing();
  const parcel = packing.parcelOf(work as object);
  const { fields, parcels } = packing.pack(job);
  for (const { digest, text } of [parcel, ...parcels]) await queue.putParcel(digest, text);
  const offered = { id: digestOfText(textOf(job)), coordinator: 'd1', work: parcel.digest, fields };
  await queue.offer(offered);
  return offered;
}

/** What a coordinator hears until something of this kind comes. */
function heard(queue: InMemoryQueue, kind: Message['told']['kind']): Promise<Message> {
  return new Promise((resolve) => {
    queue.hear('d1', (message) => {
      if (message.told.kind === kind) resolve(message);
    });
  });
}

test('a machine answers what a thread of the coordinator would', async () => {
  const queue = new InMemoryQueue();
  const expected = new ScopeChecker(harnessOf(target), size, 1000).check(0, 9);
  expect(Object.keys(expected.signatures).length).toBeGreaterThan(0);
  const answer = heard(queue, 'answer');
  const job = await offer(queue, { from: 0, to: 9 });
  started(queue);
  const { told, ...from } = await answer;
  expect(from).toEqual({ job: job.id, machine: 'm1', threads: 1 });
  expect(valueIn((told as { text: string }).text)).toStrictEqual(expected);
});

test('what a job throws is told', async () => {
  const queue = new InMemoryQueue();
  const failure = heard(queue, 'failure');
  await offer(
    queue,
    { from: 0, to: 9 },
    { ...WORK, setup: { ...setup, target: { ...setup.target, subject: 'mine' } } },
  );
  started(queue);
  expect((await failure).told).toMatchObject({
    failure: { message: expect.stringContaining('no subject "mine"') },
  });
});

test('a work that is none becomes no path of a file', async () => {
  const queue = new InMemoryQueue();
  const failure = heard(queue, 'failure');
  await offer(queue, { from: 0 }, { file: '../../../tmp/evil', setup: {} });
  started(queue);
  expect((await failure).told).toMatchObject({ failure: { message: expect.stringContaining('no work') } });
});

describe('a parcel', () => {
  test('that is lost is asked for, until it is there', async () => {
    const queue = new InMemoryQueue();
    const lacks = heard(queue, 'lacks');
    const { work } = await offer(queue, { from: 0, to: 9 });
    const text = queue.parcels.get(work)!;
    queue.parcels.clear();
    const { host } = started(queue);
    expect((await lacks).told).toEqual({ kind: 'lacks', parcel: work });
    const answer = heard(queue, 'answer');
    await queue.putParcel(work, text);
    await host.wind(500);
    expect((await answer).told.kind).toBe('answer');
  });

  test('of another digest is not believed', async () => {
    const queue = new InMemoryQueue();
    const lacks = heard(queue, 'lacks');
    const { work } = await offer(queue, { from: 0, to: 9 });
    await queue.putParcel(work, queue.parcels.get(work)!.replace('canary', 'cannary'));
    const { host, machine } = started(queue);
    expect((await lacks).told).toEqual({ kind: 'lacks', parcel: work });
    for (let time = 0; time < 20; time++) await host.wind(500);
    // Its coordinator is gone: so the job is left, not answered.
    expect(machine.tally).toMatchObject({ done: 0 });
    expect(machine.tally.left).toBeGreaterThan(0);
  });
});

test('a machine that ends leaves what it has to others', async () => {
  const queue = new InMemoryQueue();
  const told: string[] = [];
  queue.hear('d1', (message) => told.push(message.told.kind));
  // Some seconds of work.
  const large = {
    ...setup,
    target: dataOf(loadTarget('targets/refcount-v5.5.yaml')),
    size: { threads: 2, ops: 2 },
  };
  const job = await offer(queue, { from: 0, to: 100_000 }, { ...WORK, setup: large });
  const { machine } = started(queue);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await machine.stop();
  expect(queue.waiting.map(({ id }) => id)).toEqual([job.id]);
  expect(told).toEqual([]);
  expect(machine.tally).toEqual({ done: 0, left: 1 });
});

test('jobs of another build are told of, once, and only while somebody waits for them', async () => {
  const queue = new InMemoryQueue();
  const host = new HandWoundHost();
  const other = { coordinator: 'd2', version: '0.4.0', build: '0.4.0-b' };
  await queue.announce({ coordinator: 'd1', version: '0.5.0', build: '0.5.0-a', seen: host.date() });
  await queue.announce({ ...other, seen: host.date() });
  const { notices } = started(queue, host);
  await host.wind(30_000);
  expect(notices).toEqual([
    expect.stringMatching(/refuzz 0\.4\.0 .*takes none of its jobs; install the same package/),
  ]);
  await host.wind(100_000);
  const late = started(queue, host, '0.5.0-c');
  await host.wind(30_000);
  expect(late.notices, 'of coordinators that have given no sign for a minute').toEqual([]);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { HandWoundHost } from '../../test/queue/hand-wound-host.ts';
import { InMemoryQueue } from '../../test/queue/in-memory-queue.ts';
import { STOP } from '../run/interrupt.ts';
import type { JobEnd, JobPool, Work } from '../workers/job-pool.ts';
import { Coordinator } from './coordinator.ts';
import type { Told } from './job-queue.ts';
import { textOf } from './plain-text.ts';

const WORK: Work = { file: 'check/scope-worker', setup: { target: 'none: nobody runs it here' } };
type Pool = JobPool<object, unknown>;

let host: HandWoundHost;
let queue: InMemoryQueue;
let notices: string[];

beforeEach(() => {
  host = new HandWoundHost();
  queue = new InMemoryQueue();
  notices = [];
});

function coordinator(name = 'd1', build = '0.5.0-a'): Coordinator {
  const notice = (text: string) => void notices.push(text);
  return new Coordinator(queue, { name, version: '0.5.0', build, host, notice });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
/** Of the only job that waits. */
const onlyId = () => {
  expect(queue.waiting).toHaveLength(1);
  return queue.waiting[0]!.id;
};
const say = (job: string, told: Told, machine = 'm1', threads = 2) =>
  queue.tell('d1', { job, machine, threads, told });
const answer = (value: unknown): Told => ({ kind: 'answer', text: textOf(value) });

/** Gives a job, and says how it ended, if it has. */
async function given(pool: Pool, job: object, onNote?: (note: unknown) => void) {
  const state: { ended?: JobEnd<unknown> } = {};
  void pool.run(job, onNote).then((ended) => {
    state.ended = ended;
  });
  await settled();
  return state;
}

describe('a job', () => {
  test('is offered behind its parcels, and ends with the first answer', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    const known = Array.from({ length: 1000 }, (_, at) => `signature ${at}`);
    const one = await given(pool, { from: 0, to: 4, known });
    const [offered] = queue.waiting;
    expect(offered!.fields.from).toEqual({ text: '0' });
    expect(queue.parcels.get((offered!.fields.known as { parcel: string }).parcel)).toBe(textOf(known));
    expect(queue.parcels.has(offered!.work)).toBe(true);
    await say(onlyId(), answer({ done: 4 }));
    await settled();
    expect(one.ended).toEqual({ kind: 'answer', answer: { done: 4 }, slot: 0, machine: 'm1' });
  });

  test('has one id by its content, and another for every difference', async () => {
    const idOf = async (job: object, work: Work = WORK, build?: string) => {
      queue = new InMemoryQueue();
      await given(coordinator('d1', build).makePool<object, unknown>(work), job);
      return onlyId();
    };
    const job = { from: 0, to: 4 };
    const id = await idOf(job);
    expect(await idOf({ ...job })).toBe(id);
    const others = [
      await idOf({ ...job, to: 5 }),
      await idOf({ ...job, known: ['a'] }),
      await idOf(job, { ...WORK, setup: { target: 'other' } }),
      await idOf(job, WORK, '0.5.0-b'),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });

  test('is offered again while there is no answer, whatever the queue has lost', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    const one = await given(pool, { from: 0 });
    const id = onlyId();
    queue.empty();
    await host.wind(4000);
    expect(queue.waiting).toEqual([]);
    await host.wind(3000);
    expect(onlyId()).toBe(id);
    const { work } = queue.waiting[0]!;
    await say(id, { kind: 'lacks', parcel: work });
    await settled();
    expect(queue.parcels.has(work)).toBe(true);
    await say(id, answer(1));
    await settled();
    expect(one.ended).toMatchObject({ kind: 'answer', answer: 1 });
    const { offers } = queue;
    await host.wind(60_000);
    expect(queue.offers).toBe(offers);
  });

  test('is not offered again before everything that was told is heard', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    await given(pool, { from: 0 });
    queue.waiting = [];
    // Messages wait: the mark that the coordinator tells itself does not come.
    queue.deafen('d1');
    await host.wind(20_000);
    expect(queue.waiting).toEqual([]);
    // A connection that hears nothing for so long is made anew.
    await host.wind(20_000);
    expect(queue.waiting).toHaveLength(1);
  });

  test('tells each note once, though two machines run it', async () => {
    const notes: unknown[] = [];
    await given(coordinator().makePool<object, unknown>(WORK), { from: 0 }, (note) => notes.push(note));
    const id = onlyId();
    for (const machine of ['m1', 'm2'])
      for (const note of ['a', 'b']) await say(id, { kind: 'note', text: textOf({ note }) }, machine);
    expect(notes).toEqual([{ note: 'a' }, { note: 'b' }]);
  });

  test('whose thread has died is another job when it is given again', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    const one = await given(pool, { from: 0 });
    const id = onlyId();
    queue.waiting = [];
    await say(id, { kind: 'died', how: 'no memory', current: [1, 2] });
    await settled();
    expect(one.ended).toEqual({ kind: 'died', how: 'no memory, on m1', current: Int32Array.of(1, 2) });
    await given(pool, { from: 0 });
    expect(onlyId()).toBe(`${id}-1`);
  });
});

describe('answers that come twice', () => {
  test('are compared, and the same is no news', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    const one = await given(pool, { from: 0 });
    const id = onlyId();
    await say(id, answer({ programs: 4 }), 'm1');
    await say(id, answer({ programs: 4 }), 'm2');
    await settled();
    expect(one.ended).toMatchObject({ kind: 'answer' });
    expect((await given(pool, { from: 4 })).ended).toBeUndefined();
  });

  test('and differ end everything, and name both machines', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    await given(pool, { from: 0 });
    const id = onlyId();
    const other = await given(pool, { from: 4 });
    await say(id, answer({ programs: 4 }), 'alpha/1');
    await say(id, answer({ programs: 5 }), 'beta/2');
    await settled();
    expect(other.ended).toMatchObject({ kind: 'failure' });
    const later = await given(pool, { from: 8 });
    for (const { ended } of [other, later])
      expect((ended as { error: Error }).error.message).toMatch(
        /answered differently by alpha\/1 and beta\/2/,
      );
  });

  test('are at hand for a coordinator that was killed', async () => {
    const pool = coordinator().makePool<object, unknown>(WORK);
    await given(pool, { from: 0 });
    const id = onlyId();
    queue.deafen('d1');
    await say(id, answer('from before'));
    queue.waiting = [];
    const again = coordinator().makePool<object, unknown>(WORK);
    const one = await given(again, { from: 0 });
    expect(one.ended).toMatchObject({ kind: 'answer', answer: 'from before' });
  });
});

describe('an end', () => {
  test('soon takes back what waits, and leaves what is under way', async () => {
    const stop = new SharedArrayBuffer(4);
    const pool = coordinator().makePool<object, unknown>({ ...WORK, stop });
    queue.take(1, () => new Promise(() => {}));
    const underWay = await given(pool, { from: 0 });
    const waits = await given(pool, { from: 4 });
    Atomics.store(new Int32Array(stop), 0, STOP.SOON);
    await host.wind(200);
    expect(waits.ended).toEqual({ kind: 'withdrawn' });
    expect(underWay.ended).toBeUndefined();
    const made = await given(pool, { rawFinding: 1 });
    await host.wind(1000);
    expect(made.ended, 'what is made a case of after that').toBeUndefined();
    Atomics.store(new Int32Array(stop), 0, STOP.NOW);
    await host.wind(200);
    expect(underWay.ended).toEqual({ kind: 'withdrawn' });
    expect(made.ended).toEqual({ kind: 'withdrawn' });
  });

  test('leaves nothing in the queue', async () => {
    const own = coordinator();
    const one = await given(own.makePool<object, unknown>(WORK), { from: 0, view: 'x'.repeat(5000) });
    expect(queue.parcels.size).toBe(2);
    const closing = own.close();
    await host.wind(5000);
    await closing;
    expect(one.ended).toEqual({ kind: 'withdrawn' });
    expect([queue.parcels.size, queue.announced.size, queue.waiting.length]).toEqual([0, 0, 0]);
  });
});

test('parcels that no job needs any more go after a while', async () => {
  const pool = coordinator().makePool<object, unknown>(WORK);
  await given(pool, { from: 0, view: 'x'.repeat(5000) });
  await say(onlyId(), answer(1));
  await settled();
  expect(queue.parcels.size).toBe(2);
  await host.wind(10_000);
  expect(queue.parcels.size).toBe(0);
});

test('room grows with the threads that are known, and shrinks when they say nothing', async () => {
  const own = coordinator();
  const pool = own.makePool<object, unknown>(WORK);
  await given(pool, { from: 0 });
  const id = onlyId();
  for (let from = 1; from < 16; from++) await given(pool, { from });
  expect(pool.hasRoom).toBe(false);
  await say(id, { kind: 'note', text: '1' }, 'm1', 64);
  expect(pool.hasRoom).toBe(true);
  await host.wind(200_000);
  expect(pool.hasRoom).toBe(false);
});

test('who waits for machines and has none is told how to start one, once', async () => {
  await given(coordinator().makePool<object, unknown>(WORK), { from: 0 });
  await host.wind(120_000);
  expect(notices).toEqual([expect.stringContaining('start refuzz worker')]);
});

import { array, assert, asyncProperty, dictionary, integer, string, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { InMemoryQueue } from '../../test/queue/in-memory-queue.ts';
import { Missing, Packing, Unpacking, valuesOf } from './parcels.ts';

/** A machine that has seen nothing, on a queue that counts what is asked of it. */
function machine() {
  const queue = new InMemoryQueue();
  const asked: string[] = [];
  const ask = queue.parcel.bind(queue);
  queue.parcel = (digest) => {
    asked.push(digest);
    return ask(digest);
  };
  const unpacking = new Unpacking(queue);
  const fetch = async (digest: string) => {
    const parcel = await unpacking.fetch(digest);
    if (!parcel) throw new Missing();
    return parcel.value;
  };
  return { queue, asked, fetch };
}

const programs = (count: number) => Array.from({ length: count }, (_, at) => [at, 2, 3, 4]);

test('whatever a job is, a machine gets a copy of it', async () => {
  const seen = uint8Array({ maxLength: 9000 });
  const pool = array(array(integer(), { maxLength: 4 }), { maxLength: 200 });
  const words = array(string(), { maxLength: 200 });
  const jobs = dictionary(string(), tuple(seen, pool, words, dictionary(string(), pool)));
  await assert(
    asyncProperty(jobs, async (dictionary) => {
      const { queue, fetch } = machine();
      for (const [name, [bytes, list, known, nested]] of Object.entries(dictionary)) {
        const job = { [name]: 1, known, view: { seen: bytes, list, ...nested } };
        const { fields, parcels } = new Packing().pack(job);
        for (const { digest, text } of parcels) await queue.putParcel(digest, text);
        expect(await valuesOf(fields, fetch)).toEqual(job);
      }
    }),
    { numRuns: 50 },
  );
});

test('of a pool that has grown only the end travels', async () => {
  const { queue, asked, fetch } = machine();
  const packing = new Packing();
  const all = programs(1000);
  /** What a view of that many programs asks for, on its way to a machine. */
  const newOf = async (count: number) => {
    const before = { put: queue.parcels.size, asked: asked.length };
    const view = { programs: all.slice(0, count), share: count };
    const { fields, parcels } = packing.pack({ view });
    for (const { digest, text } of parcels) await queue.putParcel(digest, text);
    expect(await valuesOf(fields, fetch)).toEqual({ view });
    return { put: queue.parcels.size - before.put, asked: asked.length - before.asked };
  };
  expect(await newOf(640)).toEqual({ put: 10, asked: 10 });
  expect(await newOf(650)).toEqual({ put: 1, asked: 1 });
  expect(await newOf(650)).toEqual({ put: 0, asked: 0 });
  expect(await newOf(1000)).toEqual({ put: 6, asked: 6 });
});

test('a list whose first part begins alike and goes on otherwise is another one', () => {
  const packing = new Packing();
  const all = programs(128);
  const digest = (list: readonly object[]) => JSON.stringify(packing.pack({ list }).fields);
  const one = digest(all);
  const other = digest([...all.slice(0, 63), [9], ...all.slice(64)]);
  expect(other).not.toBe(one);
  expect(digest(all)).toBe(one);
  // The same content in other objects.
  expect(digest(programs(128))).toBe(one);
});

test('a field that cannot be had is missed, and the others do no harm', async () => {
  const { queue, fetch } = machine();
  const { fields, parcels } = new Packing().pack({ list: programs(200), from: 0 });
  expect(parcels).toHaveLength(4);
  for (const { digest, text } of parcels.slice(1)) await queue.putParcel(digest, text);
  await expect(valuesOf(fields, fetch)).rejects.toThrow(Missing);
});

test('a name from the queue is a name', async () => {
  const { fetch } = machine();
  const fields = JSON.parse('{ "__proto__": { "text": "{\\"polluted\\":1}" } }');
  const values = await valuesOf(fields, fetch);
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  expect(Object.keys(values)).toEqual(['__proto__']);
});

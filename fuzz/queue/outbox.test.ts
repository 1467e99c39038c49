import { expect, test } from 'vitest';
import { Outbox } from './outbox.ts';

test('what comes while something is on its way goes together, in order, and arrives with it', async () => {
  const sent: (readonly number[])[] = [];
  const arrive: (() => void)[] = [];
  const outbox = new Outbox<number>((items) => {
    sent.push(items);
    return new Promise((resolve) => arrive.push(resolve));
  });
  const arrived: number[] = [];
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const add = (item: number) => void outbox.add(item).then(() => arrived.push(item));
  // Of one moment, before anything could be sent.
  add(1);
  add(2);
  await settled();
  add(3);
  add(4);
  await settled();
  expect([sent, arrived]).toEqual([[[1, 2]], []]);
  arrive[0]!();
  await settled();
  expect([sent, arrived]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [1, 2],
  ]);
  add(5);
  arrive[1]!();
  await settled();
  arrive[2]!();
  await settled();
  expect(sent.flat()).toEqual([1, 2, 3, 4, 5]);
  expect(arrived).toEqual([1, 2, 3, 4, 5]);
});

import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventsOf } from './events-of.ts';

const never = () => {
  throw new Error('nobody left early');
};

test('events come in order, also those that were emitted while the consumer was busy', async () => {
  const work = async (emit: (event: number) => void) => {
    for (let event = 0; event < 5; event++) {
      emit(event);
      if (event === 2) await setTimeout(1);
    }
  };
  const seen: number[] = [];
  for await (const event of eventsOf(work, never)) {
    seen.push(event);
    if (event === 1) await setTimeout(10);
  }
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test('what the work throws is thrown after its last event', async () => {
  const seen: string[] = [];
  const failing = async (emit: (event: string) => void) => {
    emit('one');
    throw new Error('enough');
  };
  const consume = async () => {
    for await (const event of eventsOf(failing, never)) seen.push(event);
  };
  await expect(consume()).rejects.toThrow('enough');
  expect(seen).toEqual(['one']);
});

test('a consumer that leaves early stops the work, and waits for it', async () => {
  let isStopped = false;
  let isOver = false;
  const work = async (emit: (event: number) => void) => {
    while (!isStopped) {
      emit(1);
      await setTimeout(1);
    }
    isOver = true;
  };
  for await (const _ of eventsOf(work, () => (isStopped = true))) break;
  expect(isOver).toBe(true);
});

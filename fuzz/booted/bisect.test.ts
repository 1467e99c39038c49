import { expect, test } from 'vitest';
import type { Death } from '../../targets/booted/booted-kernel.ts';
import { narrow, part } from './bisect.ts';

const panic = (progress: number): Death => ({ how: 'panic', progress, log: [] });

/** A guest that dies when it runs all of some programs. */
function guest(...deadly: readonly number[]) {
  const asked: string[] = [];
  const dies = async (from: number, to: number) => {
    asked.push(`${from}-${to}`);
    return deadly.every((program) => from <= program && program < to) ? panic(deadly[0]! - from) : undefined;
  };
  return { asked, dies };
}

test('the program that the guest had got to is tried first', async () => {
  const { asked, dies } = guest(123);
  expect(await narrow(1000, panic(123), dies)).toMatchObject({ from: 123, to: 124, isReproduced: true });
  expect(asked).toEqual(['123-124']);
});

test('when that one is innocent, halves are tried', async () => {
  const { asked, dies } = guest(5);
  expect(await narrow(8, panic(7), dies)).toMatchObject({ from: 5, to: 6, isReproduced: true });
  expect(asked).toEqual(['7-8', '0-4', '4-8', '4-6', '4-5', '5-6']);
});

test('what takes two programs is left with both', async () => {
  const { dies } = guest(1, 3);
  expect(await narrow(16, panic(3), dies)).toMatchObject({ from: 0, to: 4, isReproduced: true });
});

test('what does not come again is kept as a whole', async () => {
  const dies = async () => undefined;
  expect(await narrow(16, panic(3), dies)).toEqual({ from: 0, to: 16, death: panic(3), isReproduced: false });
});

test('a guest that has lost count is believed no further than the batch goes', async () => {
  const { asked, dies } = guest(2);
  await narrow(3, panic(-1 >>> 0), dies);
  expect(asked).toEqual(['2-3']);
});

test('it stops between two boots', async () => {
  const { asked, dies } = guest(5);
  await narrow(8, panic(0), dies, () => true);
  expect(asked).toEqual(['0-1']);
});

test('a part of a batch is a batch', () => {
  const batch = {
    starts: Int32Array.of(10, 20, 30),
    lengths: Int32Array.of(1, 2, 3),
    ops: Uint16Array.of(1, 2, 2, 3, 3, 3),
  };
  expect(part(batch, 1, 3)).toEqual({
    starts: Int32Array.of(20, 30),
    lengths: Int32Array.of(2, 3),
    ops: Uint16Array.of(2, 2, 3, 3, 3),
  });
});

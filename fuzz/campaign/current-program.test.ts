import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { parseProgram } from '../case/program-text.ts';
import { programs } from '../fast-check/programs.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { packProgram } from '../run/packed-program.ts';
import { CURRENT_CELLS, CurrentProgram, readCurrent } from './current-program.ts';

const COUNTER = harnessOf(targetLike('refcount-v5.5'));
const HARNESSES: [string, Harness][] = [
  ['a counter', COUNTER],
  ['a counter with ops of two arguments', harnessOf(targetLike('atomic-vs-ideal'))],
  ['a scheme', harnessOf(targetLike('inet-peer-naive'))],
];

test.each(HARNESSES)('what is under way of %s can be read, program after program', (_, harness) => {
  const cells = new Int32Array(CURRENT_CELLS);
  const current = new CurrentProgram(cells);
  const iterations = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32));
  const large = programs(harness, { maxThreads: MAX_THREADS, maxOps: MAX_OPS });
  fc.assert(
    fc.property(large, iterations, (program, iteration) => {
      const before = cells[0];
      current.set(harness, program, iteration);
      expect(readCurrent(cells)).toEqual({ iteration, program: packProgram(harness, program) });
      expect(cells[0]).not.toBe(before);
    }),
    { numRuns: 200 },
  );
});

test('the largest program fits', () => {
  const cells = new Int32Array(CURRENT_CELLS);
  const call = COUNTER.alphabet.id('add', -1);
  const threads = Array.from({ length: MAX_THREADS }, () => Array(MAX_OPS).fill(call));
  new CurrentProgram(cells).set(COUNTER, { start: -1, threads }, 1);
  expect(readCurrent(cells)!.program).toEqual(packProgram(COUNTER, { start: -1, threads }));
});

test('a current that was laid down, or was never used, holds nothing', () => {
  const cells = new Int32Array(CURRENT_CELLS);
  expect(readCurrent(cells)).toBeUndefined();
  const current = new CurrentProgram(cells);
  current.set(COUNTER, parseProgram(COUNTER, '1: inc'), 1);
  current.clear();
  expect(readCurrent(cells)).toBeUndefined();
});

test('a heartbeat changes the cell that is watched, and no other', () => {
  const cells = new Int32Array(CURRENT_CELLS);
  const current = new CurrentProgram(cells);
  current.set(COUNTER, parseProgram(COUNTER, '1: inc'), 1);
  const before = [...cells];
  current.heartbeat();
  expect([...cells]).toEqual(before.with(0, before[0]! + 1));
  current.clear();
  expect(cells[0]).toBe(before[0]! + 2);
});

// Nobody knows in what state a thread that has died leaves its memory.
test.each([-1, 1000, 2147483647, -2147483648])('a length of %i is no program', (length) => {
  const cells = new Int32Array(CURRENT_CELLS);
  cells[3] = length;
  expect(readCurrent(cells)).toBeUndefined();
});

test('where nobody watches it works all the same', () => {
  new CurrentProgram().set(COUNTER, parseProgram(COUNTER, '1: inc'), 1);
});

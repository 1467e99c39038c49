import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockState } from '../fuzz/storage/state-lock.ts';
import { refuzz } from './refuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const THREADS = ['fuzz', '--engine', 'threads'];

test('random programs: totals, and a line of JSON that agrees', async () => {
  const args = ['refcount-v5.5', '--iterations', '3', '--seed', '1', '--json'];
  const { code, out, err } = await refuzz([...THREADS, ...args, '--corpus', join(folder, 'random')]);
  expect(err).toContain('seed 1; 1 target on real threads');
  expect(out).toMatch(/refcount-v5\.5: 3 programs, 98k runs in .*; none unreachable/);
  const { engine, targets } = JSON.parse(out.trimEnd().split('\n').at(-1)!);
  expect(engine).toBe('threads');
  expect(targets).toMatchObject([{ target: 'refcount-v5.5', programs: 3, runs: 98_304, unreachable: 0 }]);
  // The corpus is a new one, so whatever threads have shown is news.
  const { divergences } = targets[0];
  expect(code).toBe(divergences.length > 0 ? 1 : 0);
  for (const { isNew, case: path } of divergences) {
    expect(isNew).toBe(true);
    expect(existsSync(path)).toBe(true);
  }
});

test('a state that somebody else uses is refused, and says whose it is', async () => {
  const state = join(folder, 'in use');
  const lock = lockState(state);
  const args = ['refcount-v5.5', '--iterations', '1', '--state', state, '--corpus', join(folder, 'locked')];
  const { code, err } = await refuzz([...THREADS, ...args]);
  expect(err).toContain(`another engine (process ${process.pid}`);
  expect(err).toContain(`refuzz unlock '${state}'`);
  expect(code).toBe(2);
  lock.release();
  expect((await refuzz([...THREADS, ...args])).code).toBeLessThan(2);
  expect(existsSync(join(state, 'lock'))).toBe(false);
});

test('one program: a table of its outcomes', async () => {
  const program = ['--program', '0: inc | read', '--iterations', '2', '--corpus', join(folder, 'one')];
  const { out } = await refuzz([...THREADS, 'refcount-v5.5', ...program]);
  expect(out).toMatch(/^refcount-v5\.5 {2}0: inc \| read {3}65 536 runs\n/);
  expect(out).toContain('void ¹  | 0           0xC0000000');
  expect(out).toContain('¹ warns: addition on 0; use-after-free');
});

test.each([
  [[...THREADS, 'inet-peer-naive'], /"inet-peer-naive" compares protocols; on real threads only counters/],
  [[...THREADS, '--program', '0: inc'], /a program needs one target; name it/],
  [[...THREADS, 'pax', '--program', '0: incc'], /unknown op "incc"; did you mean "inc"/],
  [['fuzz', 'pax', '--program', '0: inc'], /--program does not go with --engine random/],
  [['fuzz', 'pax', '--engine', 'thread'], /Allowed choices are random, threads/],
])('%j is wrong usage', async (args, message) => {
  const { code, err } = await refuzz(args);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomChoices } from '../../fuzz/program/choices.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { runAlone, runTogether } from './bytes.ts';
import { ARGUMENT_OPS, ARGUMENTS, checkAlone, Difference, PLAIN_OPS, STARTS } from './check-alone.ts';
import { Together } from './check-together.ts';
import { counterOf, findMutant, MUTANTS } from './mutants.ts';
import { cell } from './tables.ts';
import { propertyOf } from './tools/fast-check.ts';
import { campaignFor } from './tools/refuzz.ts';

/** For each mutant of one thread, an op with its argument and the value at which it differs. */
const PAIRS: Readonly<Record<string, readonly [op: string, argument: number, old: number]>> = {
  zero: ['dec_and_test', 0, 0],
  'minus-one': ['inc', 0, -1],
  'int-max': ['inc', 0, INT_MAX],
  wrap: ['dec', 0, INT_MIN],
  argument: ['sub_and_test', 2, 2],
  sequence: ['dec_and_test', 0, 24],
  'near-int-max': ['inc_not_zero', 0, 0x7ffffff3],
  magic: ['inc_not_zero', 0, 0x12345678],
};

/** For each of the others, a start, the ops of each thread, and whose access comes next. */
const RUNS: Readonly<Record<string, readonly [start: number, threads: string[][], schedule: string]>> = {
  'lost-increment': [1, [['inc'], ['inc']], '0101'],
  'stale-retry': [1, [['inc_not_zero'], ['inc']], '0100'],
  'check-before': [INT_MAX - 1, [['inc'], ['inc']], '0101'],
  'gives-up': [1, [['inc_not_zero'], ['inc', 'inc']], '01010'],
};

/** Steps in this order as long as there is something to do, then whoever is left. */
function run(counter: typeof refcountV55, [start, threads, schedule]: (typeof RUNS)[string]): void {
  const together = new Together(counter, start, threads);
  for (const thread of schedule) if (together.hasWork(Number(thread))) together.step(Number(thread));
  for (let ready = together.ready(); ready.length > 0; ready = together.ready()) together.step(ready[0]!);
  together.end();
}

test('every mutant has its program', () => {
  const named = (shows: string) => MUTANTS.filter((mutant) => mutant.shows === shows).map(({ name }) => name);
  expect(Object.keys(PAIRS)).toEqual(named('alone'));
  expect(Object.keys(RUNS)).toEqual(named('together'));
});

test.each(Object.entries(PAIRS))('%s differs from the sound counter', (name, [op, argument, old]) => {
  checkAlone(refcountV55, op, argument, old);
  expect(() => checkAlone(counterOf(findMutant(name)), op, argument, old)).toThrow(Difference);
});

test.each(Object.entries(RUNS))('%s breaks what the sound counter keeps', (name, program) => {
  run(refcountV55, program);
  expect(() => run(counterOf(findMutant(name)), program)).toThrow(Difference);
});

describe('the sound counter is not accused', () => {
  test('by the rule for one thread, around every value of the tables', () => {
    for (const start of STARTS) {
      for (let old = start - 40; old <= start + 40; old++) {
        for (const op of PLAIN_OPS) checkAlone(refcountV55, op, 0, old | 0);
        for (const op of ARGUMENT_OPS) for (const i of ARGUMENTS) checkAlone(refcountV55, op, i, old | 0);
      }
    }
  });

  test.each([
    ['alone', runAlone],
    ['together', runTogether],
  ])('by the harness over bytes, %s', (_, harness) => {
    const choices = new RandomChoices(1, 0);
    for (let input = 0; input < 5_000; input++) {
      harness(
        refcountV55,
        Uint8Array.from({ length: 60 }, () => choices.below(256)),
      );
    }
  });

  test.each(['commands', 'schedule', 'scheduler'] as const)('by fast-check, %s', async (kind) => {
    const property = propertyOf(kind, refcountV55) as fc.IRawProperty<unknown>;
    const { failed } = await fc.check(property, { seed: 1, numRuns: 300 });
    expect(failed).toBe(false);
  });

  test('by refuzz', () => {
    const twin = { ...refcountV55, name: 'twin', documented: 'refcount/v5.5' };
    expect([...campaignFor('twin', twin, 1).batch()]).toEqual([]);
  });

  const hasClang = spawnSync('clang', ['--version']).status === 0;
  // The harness in C needs clang; the benchmark itself says when it is missing, and accuses nobody then.
  test.skipIf(!hasClang).each(['alone', 'together'])('by the harness in C, %s', (shows) => {
    const folder = mkdtempSync(join(tmpdir(), 'refuzz-peers-'));
    const binary = join(folder, shows);
    const args = ['-O1', '-fwrapv', '-fsanitize=fuzzer', '-o', binary, `bench/peers/c/${shows}.c`];
    const compiled = spawnSync('clang', args, { encoding: 'utf8' });
    const env = { ...process.env, PEER_SECONDS: '0.3' };
    const { stdout } = spawnSync(binary, ['-seed=1'], { encoding: 'utf8', env });
    rmSync(folder, { recursive: true });
    // Clang may come without the fuzzer's run time.
    if (compiled.status === 0) expect(stdout).toContain('"end":"nothing"');
  });
});

test('a cell says how many runs found something, and the median only when most did', () => {
  const timed = (inside: number | undefined) => ({
    inside,
    told: 100,
    named: undefined,
    whole: 120,
    rate: 1,
    what: '',
  });
  expect(cell([timed(1), timed(3), timed(2)])).toBe('2.0 ms · 100 ms');
  expect(cell([timed(1), timed(undefined), timed(2)])).toBe('2.0 ms · 100 ms (2 of 3)');
  expect(cell([timed(1), timed(undefined), timed(undefined)])).toBe('not found (1 of 3)');
  expect(cell([timed(undefined)])).toBe('not found');
});

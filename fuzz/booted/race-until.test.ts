import { expect, test } from 'vitest';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { harnessOf } from '../run/harness.ts';
import { tagOf } from '../stress/op-note.ts';
import type { RaceEnd, RaceThreadGroup } from '../stress/thread-group.ts';
import { raceUntil } from './race-until.ts';

const harness = harnessOf(loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!);
const [inc, read] = ['inc', 'read'].map((op) => harness.alphabet.parse(op));
const program = { start: 0, threads: [[inc!], [read!]] };

/** `0: inc | read`, which ends with what read saw so often: a row for each. */
function roundOf(saw: readonly (readonly [value: number, count: number])[]): RaceEnd {
  const warnings = [[], ['addition on 0; use-after-free']];
  const rows = saw.flatMap(([value]) => [0, tagOf(undefined, 1), value, tagOf(value, 0), -0x40000000]);
  const counts = Float64Array.from(saw, ([, count]) => count);
  const none = { rows: new Int32Array(0), counts: new Float64Array(0) };
  const tally = { batches: 1, warnings, isIntact: true };
  const tallies = [
    { ...tally, rows: Int32Array.from(rows), counts },
    { ...tally, ...none },
  ];
  return { kind: 'done', tallies, stopped: 0 };
}

/** A group whose races end as they are told to, the last of them again and again. */
function group(ends: readonly RaceEnd[]): { readonly hire: () => Promise<RaceThreadGroup>; races: number } {
  const racers = {
    races: 0,
    hire: async () => ({
      race: async () => ends[Math.min(racers.races++, ends.length - 1)]!,
      dismiss: async () => {},
    }),
  };
  return racers;
}

const usual = roundOf([[0, 100]]);
const window = roundOf([
  [0, 98],
  [1, 2],
]);
const saw1 = ({ outcomes }: { outcomes: readonly { results: unknown }[] }) =>
  outcomes.some(({ results }) => JSON.stringify(results) === '[[null],[1]]');
const rounds = { runs: 100, most: 1000 };

test('a race goes on until the window is met, and all its rounds are counted', async () => {
  const racers = group([usual, usual, window, usual]);
  const report = await raceUntil(harness, racers, program, rounds, saw1);
  expect(racers.races).toBe(3);
  expect(report.runs).toBe(300);
  expect(report.outcomes.map(({ count, standing }) => [count, standing])).toEqual([
    [298, 'atomic'],
    [2, 'window'],
  ]);
  expect(report.rawFindings).toHaveLength(1);
});

test('or until it has had its runs', async () => {
  const racers = group([usual]);
  const report = await raceUntil(harness, racers, program, rounds, saw1);
  expect(racers.races).toBe(10);
  expect(report).toMatchObject({ runs: 1000, outcomes: [{ count: 1000 }] });
});

test('a race that fails ends it', async () => {
  const racers = group([usual, { kind: 'failed', why: 'panic' }]);
  const report = await raceUntil(harness, racers, program, rounds, saw1);
  expect(racers.races).toBe(2);
  expect(report).toMatchObject({ runs: 100, failure: 'panic' });
});

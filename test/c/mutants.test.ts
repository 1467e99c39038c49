import { beforeAll, describe, expect, test } from 'vitest';
import { campaignOf } from '../../fuzz/campaign/campaign.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { OracleName } from '../../oracles/oracles.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { counterIn, counterTarget, decided } from './c-subjects.ts';

const SOUND = 'test/c/sound.c';
const SEEDS = [1, 2, 3, 4, 5];
/** Short programs: each defect shows in two or three ops. */
const LIMITS = { maxOps: 4 };
/** Iterations in which each mutant must be caught from each seed; the slowest took 39. */
const BUDGET = 200;
/** What two sources of one counter are compared with. */
const SAME: readonly OracleName[] = ['lockstep', 'outcomes'];

/** Each defect of sound.c, the ops that have it, and how many threads of one op show it. */
const MUTANTS: readonly (readonly [name: string, ops: readonly string[], threads: number])[] = [
  ['FORGETS_TO_PIN', ['inc', 'inc_not_zero', 'dec_and_test'], 1],
  ['LOST_INCREMENT', ['inc'], 2],
  ['OFF_BY_ONE', ['inc'], 1],
  ['MISSES_INT_MAX', ['inc'], 1],
  // Between its load and its add another thread puts the last reference.
  ['READ_THEN_ADD', ['inc_not_zero'], 2],
  // Between its sub and its load another thread puts as well: both, or neither, find that they were the last.
  ['DEC_THEN_READ', ['dec_and_test'], 2],
  // At 0 and below it leaves the word alone before it pins it: alone it does the same.
  ['CHECKS_BEFORE', ['dec_and_test'], 2],
];

let sound: Counter;
/** All that the sound one shows with the default oracles: its windows, against an order of whole ops. */
let windows: ReadonlySet<string>;

beforeAll(async () => {
  sound = await counterIn(SOUND, 'sound');
  const target = counterTarget(sound, { ...sound, name: 'twin', documented: 'twin' });
  const signatures = new Set(Object.keys(decided(target, 2, 2).signatures));
  for (const seed of SEEDS)
    for (const signature of findings(sound, seed, signatures)) signatures.add(signature);
  windows = signatures;
});

const mutantOf = (name: string) => counterIn(SOUND, `sound/${name}`, [`MUTANT_${name}`]);
const opOf = (signature: string) => signature.split('-')[0]!;

/** The signatures that a campaign of `BUDGET` iterations comes upon. */
function* findings(subject: Counter, seed: number, known: ReadonlySet<string>): Generator<string> {
  const harness = harnessOf(counterTarget(sound, subject));
  const campaign = campaignOf(harness, { seed, known, limits: LIMITS });
  for (let iteration = 0; iteration < BUDGET; iteration++) {
    for (const { signature } of campaign.iterate(iteration)) yield signature;
  }
}

describe('sound.c', () => {
  test('compiled twice is equivalent, windows and all', () => {
    const after = { ...sound, name: 'after', documented: 'after' };
    const tally = decided(counterTarget(sound, after, { oracles: SAME }), 2, 1);
    expect(tally).toMatchObject({ programs: 112, undecided: 0, differing: 0, losing: 0, signatures: {} });
  });

  test('against an order of whole ops shows its windows alone', () => {
    for (const signature of windows) expect(signature).toMatch(/-transient$/);
  });
});

describe.each(MUTANTS)('%s', (name, ops, threads) => {
  let mutant: Counter;
  beforeAll(async () => {
    mutant = await mutantOf(name);
  });

  test('is found by exhaustion, in the op that has the defect', () => {
    const { signatures, undecided } = decided(counterTarget(sound, mutant), 2, threads === 1 ? 1 : 2);
    expect(undecided).toBe(0);
    const news = Object.keys(signatures).filter((signature) => !windows.has(signature));
    expect(news.map(opOf).filter((op) => ops.includes(op))).not.toEqual([]);
  });

  test('is found in the fewest threads that show it, when windows are compared', () => {
    const target = counterTarget(sound, mutant, { oracles: SAME });
    expect(decided(target, threads, 1).differing).toBeGreaterThan(0);
    if (threads > 1) expect(decided(target, threads - 1, 1)).toMatchObject({ differing: 0, losing: 0 });
    const found = Object.keys(decided(target, threads, 1).signatures).map(opOf);
    expect(found.filter((op) => ops.includes(op))).not.toEqual([]);
  });

  test.each(SEEDS)('is found from seed %i', (seed) => {
    const isCaught = () => {
      for (const signature of findings(mutant, seed, windows)) if (ops.includes(opOf(signature))) return true;
      return false;
    };
    expect(isCaught(), `not in ${BUDGET} iterations`).toBe(true);
  });
});

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { deciderOf } from '../fuzz/judge/decide.ts';
import { RunJudge } from '../fuzz/judge/judge-run.ts';
import { comparePair } from '../fuzz/judge/lockstep.ts';
import { PairTable } from '../fuzz/judge/pair-table.ts';
import { minimize } from '../fuzz/minimize/minimize.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import type { Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import { run, scheduleBuffer } from '../fuzz/run/run.ts';
import { randomWalk } from '../fuzz/run/schedulers.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { LINEARIZABLE, OrderSearch } from '../oracles/linearizability.ts';
import { packageRoot } from '../targets/subject/package-root.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import { measure } from './measure.ts';

/**
 * What refuzz can do in a second on one core. Absolute figures move with the machine; the last column, the
 * ratio to the first row of its group, does not, and is what to compare between versions.
 */
const PAIRS_PER_CALL = 100_000;
const RUNS_PER_CALL = 1_000;

const harness = harnessOf(loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!);
const threeByThree = program(1, [
  ['inc_not_zero', 'dec_and_test', 'inc_not_zero'],
  ['inc_not_zero', 'dec_and_test', 'dec'],
  ['dec_and_test', 'inc', 'dec_not_one'],
]);

function program(start: number, threads: readonly (readonly string[])[]): Program {
  return { start, threads: threads.map((ops) => ops.map((op) => harness.alphabet.parse(op))) };
}

/** The slow twin: both trees walked and judged for every pair. */
function lockstepWithoutTable({ calls }: Harness, choices: RandomChoices): void {
  let value = 1;
  for (let i = 0; i < PAIRS_PER_CALL / 100; i++) {
    const call = calls[choices.below(calls.length)]!;
    const pair = comparePair(harness, call, value);
    value = choices.below(2) === 0 ? pair.reference.value : pair.subject.value;
  }
}

const choices = new RandomChoices(1, 0);
const table = new PairTable(harness);
await measure('lockstep, refcount/v5.5 against atomic', 'op pairs', [
  ['each pair run and judged', PAIRS_PER_CALL / 100, () => lockstepWithoutTable(harness, choices)],
  ['pair table', PAIRS_PER_CALL, () => void table.walk(harness.calls, 1, PAIRS_PER_CALL, choices, () => {})],
]);

const machine = new Machine(harness.subject);
const buffer = scheduleBuffer();
const judge = new RunJudge(harness);
const search = new OrderSearch(harness.subject.specification);
const runs = (each: () => void) => () => {
  for (let i = 0; i < RUNS_PER_CALL; i++) {
    run(machine, threeByThree, randomWalk, choices, buffer);
    each();
  }
};
let inexplicable = 0;
await measure('3 threads x 3 ops of refcount/v5.5, random walk', 'schedules', [
  ['run, with history', RUNS_PER_CALL, runs(() => {})],
  [
    'and the linearizability oracle',
    RUNS_PER_CALL,
    runs(() => {
      if (search.unexplained(machine.execution, true) !== LINEARIZABLE) inexplicable++;
    }),
  ],
  ['and every oracle, divergences explained', RUNS_PER_CALL, runs(() => void judge.judge(machine, buffer))],
]);
console.log(`  (${inexplicable} of these runs met the window)`);

const windowAtIntMax: Divergence = {
  op: 'read',
  boundary: 'int-max',
  kind: 'result',
  judgement: 'transient',
};
const padded = program(0x7fffffff - 2, [
  ['inc', 'dec', 'inc', 'inc_not_zero', 'dec_not_one', 'read'],
  ['read', 'inc', 'read', 'inc', 'read', 'dec'],
  ['dec', 'read', 'inc', 'add(2)', 'read', 'inc'],
]);
await measure('minimising 18 ops on 3 threads to 2 ops on 2', 'cases', [
  [
    'read sees the window at INT_MAX',
    1,
    () => {
      const decider = deciderOf(harness);
      const seen = firstSchedule();
      minimize(harness, decider, padded, windowAtIntMax, seen);
    },
  ],
]);

function firstSchedule(): readonly number[] {
  for (;;) {
    run(machine, padded, randomWalk, choices, buffer);
    const found = judge.judge(machine, buffer);
    if (
      found.some(({ op, boundary, kind }) => op === 'read' && boundary === 'int-max' && kind === 'result')
    ) {
      return [...buffer.threads.subarray(0, buffer.length)];
    }
  }
}

const main = join(packageRoot(), 'dist', 'cli', 'main.js');
const start = (args: readonly string[]) => () => void spawnSync(process.execPath, args);
await measure('start-up', 'starts', [
  ['node -e 0', 1, start(['-e', '0'])],
  ['refuzz --help', 1, start([main, '--help'])],
]);

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import { atomic } from '../../targets/counters/atomic.ts';
import { refcountV55 } from '../../targets/counters/refcount-v5.5.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { builtInFiles } from '../../targets/target/built-in-targets.ts';
import { readPair, readTarget } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterTarget } from '../../test/c/c-subjects.ts';
import { parseProgram } from '../case/program-text.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { RandomChoices } from '../program/choices.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer } from '../run/run.ts';
import { strictReplay } from '../run/schedulers.ts';
import { workerPath } from '../workers/worker-pool.ts';
import { joinedReports } from './joined-reports.ts';
import {
  type Racers,
  racersOf,
  type StressOptions,
  type StressReport,
  stress,
  stressTarget,
} from './stress.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-stress-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dist = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot(), 'dist', path)).href);

/** A worker file of one's own: it has counters that no target names, picked by `setup.subject`. */
const workerFile = join(folder, 'worker.mjs');
writeFileSync(
  workerFile,
  `import { serveRaces } from ${JSON.stringify(pathToFileURL(workerPath('stress/racer')).href)};
   import { atomicCells } from ${dist('targets/counters/atomic-cells.js')};
   import { atomic } from ${dist('targets/counters/atomic.js')};
   const read = atomic.ops.read;
   const counters = {
     lossy: { read, inc: { arity: 0, run: (count) => count.store(count.load() + 1) } },
     atomic: { read, inc: atomic.ops.inc },
     exits: { read, inc: { arity: 0, run: () => process.exit(7) } },
     hangs: { read, inc: { arity: 0, run: () => { for (;;); } } },
     throws: { read, inc: { arity: 0, run: () => { throw new TypeError('no such thing'); } } },
     waits: { read, inc: { arity: 0, run: (count) => { while (count.load() === 0); } } },
   };
   serveRaces(({ subject, cells }) => atomicCells({ ...atomic, ops: counters[subject] }, cells));`,
);

/** An increment that is a load and a store: what comes between them is lost. */
const lossy: Counter = {
  ...atomic,
  name: 'lossy',
  ops: { read: atomic.ops.read!, inc: { arity: 0, run: (count) => count.store((count.load() + 1) | 0) } },
};

const racers = (subject: string): Racers => ({ workerFile, subject: () => subject });
const harnessFor = (subject: Counter): Harness =>
  harnessOf(counterTarget(atomic, subject, { ops: ['inc', 'read'] }));

/** Small batches: with these a test takes milliseconds on an idle machine. */
const SMALL = { seed: 1, cells: 512, cellsPerProgram: 1024 };

async function all(
  reports: AsyncIterable<StressReport>,
  most = Number.POSITIVE_INFINITY,
): Promise<StressReport[]> {
  const had: StressReport[] = [];
  for await (const report of reports) if (had.push(report) >= most) break;
  return had;
}

/** Races one program. */
function raced(
  harness: Harness,
  who: Racers,
  program: string,
  options: Partial<StressOptions> = {},
): AsyncGenerator<StressReport> {
  return stress(harness, who, { ...SMALL, programs: [parseProgram(harness, program)], ...options });
}

const builtIn = (name: string) => readTarget(builtInFiles().find((file) => file.endsWith(`/${name}.yaml`))!);

/** Threads of ours that still run. */
const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

describe('random programs on refcount/v5.5', () => {
  let target: Target;
  beforeAll(async () => {
    target = await builtIn('refcount-v5.5');
  });

  test('count every cell once, and come to nothing that the model cannot', async () => {
    const reports = await all(stressTarget(target, { ...SMALL, threads: 4 }), 12);
    for (const { runs, outcomes, failure, stopped } of reports) {
      expect(failure).toBeUndefined();
      expect(stopped).toBe(0);
      expect(runs).toBe(1024);
      expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(1024);
      for (const { standing } of outcomes) expect(standing).toMatch(/^(atomic|window)$/);
    }
  });

  test('are the same for the same seed', async () => {
    const programs = async (seed: number) =>
      (await all(stressTarget(target, { ...SMALL, cellsPerProgram: 512, seed }), 6)).map(
        ({ program }) => program,
      );
    const first = await programs(5);
    expect(await programs(5)).toEqual(first);
    expect(await programs(6)).not.toEqual(first);
  });

  test('end when they are told to, and no thread is left', async () => {
    const before = ports();
    let asked = 0;
    const reports = await all(stressTarget(target, { ...SMALL, isStopped: () => ++asked > 3 }));
    expect(reports.map(({ number }) => number)).toEqual([0, 1, 2]);
    await all(stressTarget(target, SMALL), 1);
    expect(ports()).toBe(before);
  });
});

test('one thread alone has one outcome: that of the program', async () => {
  const harness = harnessFor(lossy);
  const [report] = await all(raced(harness, racers('lossy'), '5: inc, read, inc'));
  expect(report!.outcomes).toMatchObject([
    { results: [[undefined, 6, undefined]], final: 7, count: 1024, standing: 'atomic' },
  ]);
});

test('an increment that is a load and a store is caught, as a case that can be replayed', async () => {
  const harness = harnessFor(lossy);
  const program = parseProgram(harness, '1: inc | inc');
  // A hundred thousand cells will do; a machine where threads hardly ever run at a time may need very many more.
  function* again() {
    for (let times = 0; times < 400; times++) yield program;
  }
  let caught: StressReport | undefined;
  const options = { seed: 1, cells: 8192, cellsPerProgram: 131_072, programs: again() };
  for await (const report of stress(harness, racers('lossy'), options)) {
    expect(report.outcomes.map(({ standing }) => standing)).not.toContain('unreachable');
    if (report.rawFindings.length === 0) continue;
    caught = report;
    break;
  }
  expect(caught).toBeDefined();
  const lost = caught!.outcomes.find(({ standing }) => standing === 'window')!;
  expect(lost).toMatchObject({ results: [[undefined], [undefined]], final: 2 });
  const { divergence, schedule } = caught!.rawFindings[0]!;
  expect(divergence.judgement).toBe('breaks');
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  run(machine, program, strictReplay(schedule!), new RandomChoices(0, 0), buffer);
  expect(machine.words[0]).toBe(2);
  expect(judgeRun(harness, machine, buffer).map(signatureOf)).toContain(signatureOf(divergence));
});

describe('what the model does not have', () => {
  test('is unreachable, and no case is made of it', async () => {
    // The threads run another counter than the model has.
    const harness = harnessFor({
      ...lossy,
      ops: { ...lossy.ops, inc: { arity: 0, run: (count) => void count.fetchAdd(2) } },
    });
    const [report] = await all(raced(harness, racers('atomic'), '1: inc | read, read'));
    expect(report!.outcomes.length).toBeGreaterThan(0);
    for (const { standing, schedule } of report!.outcomes) {
      expect(standing).toBe('unreachable');
      expect(schedule).toBeUndefined();
    }
    expect(report!.rawFindings).toEqual([]);
  });
});

describe('a thread that', () => {
  const harness = harnessFor(lossy);
  const twice = (program: string) => [program, '1: read | read'].map((text) => parseProgram(harness, text));

  test('dies is told, and the next program has other threads', async () => {
    const before = ports();
    const reports = await all(
      stress(harness, racers('exits'), { ...SMALL, programs: twice('1: inc | read') }),
    );
    expect(reports[0]).toMatchObject({ runs: 0, outcomes: [], failure: 'thread 0 died: exit code 7' });
    expect(reports[1]).toMatchObject({ runs: 1024, failure: undefined });
    expect(ports()).toBe(before);
  });

  test('hangs is ended after a while', async () => {
    const options = { ...SMALL, patience: 3000, programs: twice('1: read | inc') };
    const reports = await all(stress(harness, racers('hangs'), options));
    expect(reports[0]).toMatchObject({ runs: 0, failure: 'thread 1 did not finish' });
    expect(reports[1]).toMatchObject({ runs: 1024, failure: undefined });
  });

  test('throws what no op may throw ends the race with that error', async () => {
    const before = ports();
    await expect(all(raced(harness, racers('throws'), '1: read | inc'))).rejects.toThrow('no such thing');
    expect(ports()).toBe(before);
  });

  test('cannot be started is an error', async () => {
    const nobody = { workerFile: join(folder, 'none.mjs'), subject: () => 0 };
    const programs = [1, 2, 3, 4, 5].flatMap(() => twice('1: inc | read'));
    await expect(all(stress(harness, nobody, { ...SMALL, programs }))).rejects.toThrow(/Cannot find module/);
  });
});

test('ops that do not return are stopped, counted, and not held against the model', async () => {
  const waits: Counter = {
    ...lossy,
    ops: { ...lossy.ops, inc: { arity: 0, run: (count) => count.repeat(() => count.load() !== 0) } },
  };
  const harness = harnessFor(waits);
  const [report] = await all(
    raced(harness, racers('waits'), '0: inc | read', { cells: 8, cellsPerProgram: 16 }),
  );
  expect(report!.stopped).toBe(16);
  expect(report!.outcomes).toMatchObject([
    { results: [['non-terminating'], [0]], standing: 'unknown', count: 16 },
  ]);
  const [given] = await all(raced(harness, racers('waits'), '0: inc | read'));
  expect(given).toMatchObject({ runs: 0, failure: undefined });
  expect(given!.stopped).toBeGreaterThanOrEqual(32);
});

test('C runs as well, over the atomic instructions of WebAssembly', async () => {
  const target = await readPair('own', 'test/c/sound.c', 'test/c/sound.c');
  const reports = await all(stressTarget(target, SMALL), 8);
  for (const { runs, outcomes, failure } of reports) {
    expect(failure).toBeUndefined();
    expect(runs).toBe(1024);
    for (const { standing } of outcomes) expect(standing).toMatch(/^(atomic|window)$/);
  }
});

test('a race that is called off has no report, and its threads are gone', async () => {
  const harness = harnessOf(await readPair('pair', 'test/c/budgets/plain.c', 'test/c/budgets/lost.c'));
  const user = new AbortController();
  const programs = [parseProgram(harness, '0: inc | inc')];
  const options: StressOptions = { seed: 1, programs, patience: 600_000, signal: user.signal };
  const reports = stress(harness, racersOf(harness), options);
  // Its `inc` never comes to its access.
  setTimeout(() => user.abort(), 300);
  expect(await reports.next()).toEqual({ value: undefined, done: true });
});

test('protocols are refused', async () => {
  const target = await builtIn('inet-peer-naive');
  await expect(all(stressTarget(target, SMALL), 1)).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringContaining('only counters'),
  });
});

test('reports of one program are joined', async () => {
  const harness = harnessOf(counterTarget(atomic, refcountV55, { ops: ['inc', 'read'] }));
  const program = parseProgram(harness, '0: inc');
  const outcome = {
    results: [[undefined]],
    warnings: [[['w']]],
    final: 1,
    count: 3,
    standing: 'atomic' as const,
    schedule: [0],
    divergences: [],
  };
  const one = {
    number: 0,
    program,
    runs: 3,
    outcomes: [outcome],
    rawFindings: [],
    stopped: 1,
    failure: undefined,
  };
  const other = {
    ...one,
    number: 1,
    runs: 9,
    outcomes: [
      { ...outcome, final: 2, count: 5 },
      { ...outcome, count: 4 },
    ],
  };
  expect(joinedReports(one, other)).toMatchObject({
    number: 0,
    runs: 12,
    stopped: 2,
    outcomes: [
      { final: 1, count: 7 },
      { final: 2, count: 5 },
    ],
  });
});

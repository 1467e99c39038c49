import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { runJobs } from './jobs.ts';
import { WorkerPool, workerPath } from './worker-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-worker-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that does what its jobs tell it to. `setup` is shared: it counts tries across threads. */
const file = join(folder, 'worker.mjs');
const inputErrorFile = join(packageRoot(), 'dist', 'targets', 'subject', 'input-error.js');
writeFileSync(
  file,
  `import { threadId } from 'node:worker_threads';
   import { serveJobs } from ${JSON.stringify(pathToFileURL(workerPath('workers/worker-pool')).href)};
   import { InputError } from ${JSON.stringify(pathToFileURL(inputErrorFile).href)};
   const hoard = [];
   serveJobs((setup) => {
     if (setup.broken) throw new InputError('setup', 'is broken');
     const tries = new Int32Array(setup.tries);
     return (job) => {
       const nth = Atomics.add(tries, 0, 1);
       switch (job.kind) {
         case 'double': return { double: job.value * 2, thread: threadId };
         case 'throw': throw new TypeError('no such thing');
         case 'input': throw new InputError('a.yaml', 'a typo', { line: 3, column: 7 });
         case 'error': setTimeout(() => { throw new Error('later'); }); return { double: 0 };
         case 'unclonable': return () => 1;
         case 'sleep': Atomics.wait(tries, 1, 0, job.value); return { double: job.value };
       }
       if (nth >= job.deaths) return { double: -1 };
       if (job.kind === 'exit') process.exit(3);
       for (;;) hoard.push(new Array(1e5).fill(nth));
     };
   });`,
);

interface Job {
  readonly kind: string;
  readonly value?: number;
  readonly deaths?: number;
}

interface Answer {
  readonly double: number;
  readonly thread?: number;
}

const fresh = () => ({ tries: new SharedArrayBuffer(8) });
const doubles = (count: number): Job[] =>
  Array.from({ length: count }, (_, value) => ({ kind: 'double', value }));

async function all(jobs: Iterable<Job>, workers: number, setup: unknown = fresh()) {
  const done = [];
  const limits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
  for await (const one of runJobs<Job, Answer>(file, setup, jobs, workers, limits)) done.push(one);
  return done;
}

/** Threads of ours that still run. */
const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

test.each([1, 3])('%i workers answer every job once, each with its index', async (workers) => {
  const done = await all(doubles(40), workers);
  expect(done.map(({ index }) => index).sort((a, b) => a - b)).toEqual(doubles(40).map((_, at) => at));
  for (const { index, job, answer } of done) {
    expect(job.value).toBe(index);
    expect(answer.double).toBe(index * 2);
  }
  expect(new Set(done.map(({ answer }) => answer.thread)).size).toBeLessThanOrEqual(workers);
});

test('answers come as they are done, not in the order of the jobs', async () => {
  const done = await all([{ kind: 'sleep', value: 1500 }, ...doubles(5).slice(1)], 2);
  expect(done.at(-1)!.index).toBe(0);
});

test('no more threads than jobs, and none without a job', async () => {
  expect((await all(doubles(2), 8)).length).toBe(2);
  expect(await all([], 3)).toEqual([]);
});

test('jobs are pulled when a thread is free', async () => {
  let pulled = 0;
  function* unbounded(): Generator<Job> {
    for (;;) yield { kind: 'double', value: pulled++ };
  }
  const before = ports();
  let answered = 0;
  for await (const _ of runJobs<Job, Answer>(file, fresh(), unbounded(), 2)) {
    answered++;
    expect(pulled).toBeLessThanOrEqual(answered + 2);
    if (answered === 6) break;
  }
  expect(pulled).toBeLessThan(10);
  expect(ports()).toBe(before);
});

test('a consumer that throws ends the threads', async () => {
  const before = ports();
  const consume = async () => {
    for await (const _ of runJobs<Job, Answer>(file, fresh(), doubles(50), 3)) throw new Error('enough');
  };
  await expect(consume()).rejects.toThrow('enough');
  expect(ports()).toBe(before);
});

test.each(['exit', 'memory'])('a thread that ends by %s loses nothing', async (kind) => {
  const done = await all([{ kind, deaths: 1 }], 1);
  expect(done).toEqual([{ index: 0, job: { kind, deaths: 1 }, answer: { double: -1 } }]);
});

test.each([1, 3])('one death among many jobs, %i workers', async (workers) => {
  const done = await all(
    [...doubles(10), { kind: 'exit', deaths: 100 }, ...doubles(10)].slice(0),
    workers,
  ).catch((error: Error) => error);
  expect(done).toBeInstanceOf(Error);
  const shared = fresh();
  const once = await all([{ kind: 'exit', deaths: 1 }, ...doubles(10)], workers, shared);
  expect(once.length).toBe(11);
});

test('a job that ends two threads is an error that says which, how, and what to do', async () => {
  const before = ports();
  await expect(all([{ kind: 'exit', deaths: 9 }], 1)).rejects.toThrow(
    /^job 0 ended its worker thread twice \(exit code 3\); run with fewer workers/,
  );
  await expect(all([{ kind: 'memory', deaths: 9 }], 1)).rejects.toThrow(/memory limit/);
  expect(ports()).toBe(before);
});

test('a thread that dies between jobs, or of an error that no job threw, loses nothing', async () => {
  const jobs = [{ kind: 'error' }, { kind: 'sleep', value: 30 }, ...doubles(5)];
  expect((await all(jobs, 1)).length).toBe(jobs.length);
});

test('what a job throws is thrown at the caller, at the first try', async () => {
  const shared = fresh();
  const thrown = await all([{ kind: 'throw' }], 1, shared).catch((error: Error) => error);
  expect(thrown).toMatchObject({ name: 'TypeError', message: 'no such thing' });
  expect((thrown as Error).stack).toContain('worker.mjs');
  expect(new Int32Array(shared.tries)[0]).toBe(1);
  await expect(all([{ kind: 'unclonable' }], 1)).rejects.toThrow(/could not be cloned/);
});

test('an InputError stays one, from a job and from the start', async () => {
  const thrown = await all([{ kind: 'input' }], 1).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(InputError);
  expect(thrown).toMatchObject({ file: 'a.yaml', line: 3, column: 7, message: 'a.yaml:3:7: a typo' });
  const broken = await all(doubles(1), 1, { broken: true }).catch((error: unknown) => error);
  expect(broken).toBeInstanceOf(InputError);
  expect(broken).toMatchObject({ message: 'setup: is broken' });
});

test('a worker file that is not there is told, not waited for', async () => {
  const run = runJobs(join(folder, 'none.mjs'), {}, [1], 1);
  await expect(run.next()).rejects.toThrow(/Cannot find module/);
});

test('a thread that is still being made ends with the others', async () => {
  const before = ports();
  const pool = new WorkerPool<Job, Answer>(file, fresh(), { most: 1 });
  const lost = pool.run({ kind: 'sleep', value: 60_000 });
  await pool.dismiss();
  expect((await lost).kind).toBe('died');
  expect(ports()).toBe(before);
});

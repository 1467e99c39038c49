/**
 * What more workers gain. A campaign with 1, 2 and 4 workers, in turns: programs a second and processor time for a
 * program, as ratios to one worker of the same round, with what V8's garbage collector took and was given. Beside it the
 * same number of threads that only add and multiply: what the machine itself gives, which is less than its cores while
 * others work on it.
 *
 *     node dist/bench/workers.js [target…] [--iterations n] [--rounds n]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startCampaign } from '../fuzz/campaign/durable-campaign.ts';
import { allowInlining } from '../fuzz/run/inlining.ts';
import { systemHost } from '../fuzz/workers/system-host.ts';

const WORKERS = [1, 2, 4];
/** The part of a campaign that is measured, by programs: not its start, when code is cold, nor its end, when workers wait. */
const FROM = 0.4;
const TO = 0.95;
/** Multiplications of the threads that do nothing else, all of them together. */
const SUM = 1_000_000_000;

const { values, positionals } = parseArgs({
  options: {
    iterations: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string' },
  },
  allowPositionals: true,
});
const targets = positionals.length > 0 ? positionals : ['refcount-v5.5', 'pax', 'refcount-x86'];

/** Of one campaign, in its measured part; milliseconds and programs. */
interface Measured {
  readonly programs: number;
  readonly wall: number;
  readonly processor: number;
  /** Of the whole of it. */
  readonly allPrograms: number;
  readonly allWall: number;
}

/** What its collector did, all workers together: milliseconds that they stood still, and bytes that they allocated. */
interface Collected {
  readonly paused: number;
  readonly bytes: number;
}

if (values.workers === undefined) await compare();
else console.log(JSON.stringify(await campaign(Number(values.workers))));

/** In a process of its own. */
async function campaign(workers: number): Promise<Measured> {
  allowInlining();
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-bench-'));
  const seen: { programs: number; wall: number; processor: number }[] = [];
  const note = (programs: number) => {
    const { user, system } = process.cpuUsage();
    seen.push({ programs, wall: performance.now(), processor: (user + system) / 1000 });
  };
  try {
    const running = await startCampaign(targets, {
      host: systemHost,
      seed: 1,
      iterations: Number(values.iterations),
      workers,
      state: join(folder, 'state'),
      statusEvery: 100,
    });
    const started = performance.now();
    let all = 0;
    for await (const event of running.run()) {
      if (event.kind === 'status') note(event.status.counts.programs);
      else if (event.kind === 'ended') all = event.summary.counts.programs;
    }
    running.close();
    const first = seen.find(({ programs }) => programs >= FROM * all)!;
    const last = seen.findLast(({ programs }) => programs <= TO * all)!;
    return {
      programs: last.programs - first.programs,
      wall: last.wall - first.wall,
      processor: last.processor - first.processor,
      allPrograms: all,
      allWall: performance.now() - started,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(): Promise<void> {
  const rounds: { workers: number; measured: Measured; collected: Collected; plain: number }[][] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const runs = [];
    for (const workers of WORKERS) {
      const arguments_ = [...targets, '--iterations', values.iterations, '--workers', `${workers}`];
      const file = fileURLToPath(import.meta.url);
      const child = spawnSync(process.execPath, ['--trace-gc', file, ...arguments_], { encoding: 'utf8' });
      if (child.status !== 0) throw new Error(child.stderr);
      const measured = JSON.parse(/^\{.*\}$/m.exec(child.stdout)![0]) as Measured;
      runs.push({
        workers,
        measured,
        collected: collectedBy(child.stdout),
        plain: await plainThreads(workers),
      });
    }
    rounds.push(runs);
  }
  console.log(
    '| workers | programs/s | x one | processor time a program | x one | standing still for GC | allocated a program | plain threads, x one |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [at, workers] of WORKERS.entries()) {
    const of = (figure: (run: (typeof rounds)[0][0]) => number) =>
      median(rounds.map((runs) => figure(runs[at]!)));
    const ratio = (figure: (run: (typeof rounds)[0][0]) => number) =>
      median(rounds.map((runs) => figure(runs[at]!) / figure(runs[0]!))).toFixed(2);
    const cells = [
      `${workers}`,
      `${Math.round(of(rateOf))}`,
      ratio(rateOf),
      `${of(costOf).toFixed(0)} µs`,
      ratio(costOf),
      `${of((run) => (100 * run.collected.paused) / (workers * run.measured.allWall)).toFixed(1)} %`,
      `${(of((run) => run.collected.bytes / run.measured.allPrograms) / 1000).toFixed(1)} kB`,
      ratio(({ plain }) => plain),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function rateOf({ measured: { programs, wall } }: { measured: Measured }): number {
  return (1000 * programs) / wall;
}

/** Microseconds. */
function costOf({ measured: { programs, processor } }: { measured: Measured }): number {
  return (1000 * processor) / programs;
}

/**
 * Reads what V8 says of its collections:
 *
 *     [5927:0x7fa6dc000f00] 34328 ms: Scavenge 39.4 (60.4) -> 24.0 (60.4) MB, 1.18 / 0.00 ms
 *
 * Between two collections of a thread its heap has grown by what it allocated. The supervisor is left out: it is the
 * first that collects, as it reads the corpus before there are workers.
 */
function collectedBy(output: string): Collected {
  const line = /\[\d+:(\w+)\] +\d+ ms: [^\d]*([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB, ([\d.]+) \//g;
  const left = new Map<string, number>();
  let supervisor: string | undefined;
  let [paused, megabytes] = [0, 0];
  for (const [, thread, before, after, pause] of output.matchAll(line)) {
    supervisor ??= thread;
    if (thread === supervisor) continue;
    paused += Number(pause);
    megabytes += Number(before) - (left.get(thread!) ?? 0);
    left.set(thread!, Number(after));
  }
  return { paused, bytes: megabytes * 1e6 };
}

/** @returns how often a second as many threads can do SUM multiplications together */
async function plainThreads(count: number): Promise<number> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const sum = (times) => {
      let x = 1;
      for (let i = 0; i < times; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
      return x;
    };
    sum(1e7);
    parentPort.on('message', (times) => parentPort.postMessage(sum(times)));
    parentPort.postMessage(0);`;
  const threads = Array.from({ length: count }, () => new Worker(code, { eval: true }));
  const answers = () =>
    Promise.all(threads.map((one) => new Promise((resolve) => one.once('message', resolve))));
  await answers();
  const started = performance.now();
  const done = answers();
  for (const one of threads) one.postMessage(SUM / count);
  await done;
  const wall = performance.now() - started;
  await Promise.all(threads.map((one) => one.terminate()));
  return 1000 / wall;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)]!;
}

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose } from '../targets/booted/installation.ts';
import { packageRoot } from '../targets/subject/package-root.ts';

/**
 * Whether a search ends in time: budget asked against wall time, of each engine on each kind of target; and how long it
 * takes to end after a signal. As a table for docs/campaigns.md.
 *
 * Usage: node dist/bench/overrun.js [--time 3] [--kernel PATH] [--engine NAME], seconds, a kernel tree, best one
 * with a defect, and which engine only. Without
 * a tree, or where no kernel can be booted, what needs it is left out, and said. With the corpus empty, so that there is
 * much to minimise; compiled code comes from the cache but for the row that says otherwise.
 */
const { values } = parseArgs({
  options: {
    time: { type: 'string', default: '3' },
    kernel: { type: 'string' },
    engine: { type: 'string' },
  },
});
const TIME = Number(values.time);
/** Seconds of the search after which it gets a signal. */
const SIGNALLED_AFTER = 2;

const main = join(packageRoot(), 'dist', 'cli', 'main.js');
const points = join(packageRoot(), 'test', 'verdicts', 'points');
const pair = (name: string) =>
  ['before', 'after'].flatMap((side) => [`--${side}`, join(points, name, `${side}.c`)]);

/** A row. `isCold`: compiles anew. */
interface Kind {
  readonly name: string;
  readonly args: readonly string[];
  readonly isCounter: boolean;
  readonly isCold?: boolean;
}

const MODEL: Kind = { name: 'counter in TypeScript', args: ['refcount-v4.11'], isCounter: true };
const TREE: readonly Kind[] =
  values.kernel === undefined
    ? []
    : [{ name: 'kernel tree', args: ['kernel-vs-model', '--kernel', values.kernel], isCounter: true }];
const C = pair('14-warns-at-a-constant');
const KINDS: readonly Kind[] = [
  MODEL,
  { name: 'counter in C', args: C, isCounter: true },
  { name: 'counter in C, not compiled yet', args: C, isCounter: true, isCold: true },
  { name: 'protocol in TypeScript', args: ['inet-peer-naive'], isCounter: false },
  { name: 'protocol in C', args: pair('05-store-behind-get'), isCounter: false },
  ...TREE,
];

const canBoot = diagnose({}).every(({ path }) => path !== undefined);
const ALL = [
  ...KINDS.map((kind) => ({ engine: 'random', kind })),
  ...KINDS.filter(({ isCounter }) => isCounter).map((kind) => ({ engine: 'threads', kind })),
  ...KINDS.map((kind) => ({ engine: 'jsfuzz', kind })),
  ...(canBoot
    ? [{ ...MODEL, args: ['refcount-v5.5'] }, ...TREE].map((kind) => ({ engine: 'kernel', kind }))
    : []),
];

const ROWS = ALL.filter(({ engine }) => values.engine === undefined || engine === values.engine);

/** How a run ended. Seconds: from its start, of a kernel from the end of its boot; or from the signal. */
interface Ended {
  readonly seconds: number;
  readonly code: number | null;
}

async function run(engine: string, { args, isCold }: Kind, signal?: NodeJS.Signals): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'refuzz-overrun-'));
  const places = ['--corpus', join(folder, 'corpus'), '--state', join(folder, 'state')];
  const time = `${signal ? 600 : TIME}s`;
  let from = performance.now();
  const child = spawn(
    process.execPath,
    [main, 'fuzz', ...args, '--engine', engine, '--time', time, ...places],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...(isCold && { REFUZZ_CACHE: join(folder, 'cache') }) },
    },
  );
  const send = () => {
    from = performance.now();
    child.kill(signal);
  };
  // Whoever compiles is signalled while it does.
  if (signal && isCold) setTimeout(send, SIGNALLED_AFTER * 1000);
  child.stderr.on('data', (text: Buffer) => {
    // The first line of a search.
    if (!/\d targets?[; ]/.test(text.toString())) return;
    if (engine === 'kernel') from = performance.now();
    if (signal && !isCold) setTimeout(send, SIGNALLED_AFTER * 1000);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - from) / 1000;
  rmSync(folder, { recursive: true, force: true });
  return { seconds, code };
}

const shown = ({ seconds, code }: Ended) => `${seconds.toFixed(1)} (${code})`;

console.log(`load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} processors at the start\n`);
console.log(`| engine | target | \`--time ${TIME}s\` | Ctrl-C | SIGTERM |`);
console.log('|---|---|---|---|---|');
const worst = { time: 0, signal: 0 };
for (const { engine, kind } of ROWS) {
  // Once for the cache.
  if (!kind.isCold) await run(engine, kind, 'SIGINT');
  const inTime = await run(engine, kind);
  const [interrupted, ended] = [await run(engine, kind, 'SIGINT'), await run(engine, kind, 'SIGTERM')];
  worst.time = Math.max(worst.time, inTime.seconds);
  worst.signal = Math.max(worst.signal, interrupted.seconds, ended.seconds);
  console.log(
    `| \`${engine}\` | ${kind.name} | ${shown(inTime)} | ${shown(interrupted)} | ${shown(ended)} |`,
  );
}
console.log(
  `\nworst: ${worst.time.toFixed(1)} s of ${TIME + Math.max(2, TIME / 10)}, ${worst.signal.toFixed(1)} s after a signal`,
);
console.log(`load ${loadavg()[0]!.toFixed(1)} at the end`);
if (!canBoot) console.log('no kernel can be booted here: engine kernel left out');
if (values.kernel === undefined) console.log('no --kernel: kernel trees left out');

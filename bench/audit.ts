import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../audit/rules/judge.ts';
import { takeCensus } from '../audit/run/take-census.ts';
import { openTrees } from '../audit/source/open-trees.ts';
import { systemHost as host } from '../fuzz/workers/system-host.ts';

/*
 * How long an audit takes: with one thread, with two, and when nothing has changed since.
 *
 *     npm run build && node dist/bench/audit.js /usr/src/linux
 *
 * The last column, the ratio to one thread, is what to compare between machines.
 */
interface Took {
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly processor: number;
}

/** One whole audit, from the list of files to verdicts. */
async function audit(path: string, jobs: number, cacheFolder: string): Promise<Took> {
  const from = performance.now();
  const used = process.cpuUsage();
  judge(await takeCensus(await openTrees([path]), { jobs, host, cacheFolder }));
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - from) / 1000, processor: (user + system) / 1e6 };
}

const [tree] = process.argv.slice(2);
if (tree === undefined) {
  console.error('usage: node dist/bench/audit.js PATH, a kernel tree or a linux-source archive');
  process.exit(2);
}

const caches = mkdtempSync(join(tmpdir(), 'refuzz-bench-audit-'));
try {
  const rows: (readonly [name: string, took: Took])[] = [];
  for (const jobs of [1, 2])
    rows.push([`${jobs} thread${jobs === 1 ? '' : 's'}`, await audit(tree, jobs, join(caches, `${jobs}`))]);
  // The cache that the run before has filled.
  rows.push(['again, nothing changed', await audit(tree, 2, join(caches, '2'))]);
  const first = rows[0]![1].seconds;
  for (const [name, { seconds, processor }] of rows)
    console.log(
      `${name.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s  ${processor.toFixed(1).padStart(6)} s of processor time  ` +
        `${(first / seconds).toFixed(2).padStart(6)} x`,
    );
  console.log(`the most memory: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
} finally {
  rmSync(caches, { recursive: true, force: true });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { cell, duration, insideOf, median, namedCell, rate, table } from './tables.ts';
import { type Timed, timeRun } from './time-run.ts';
import type { Job, Tool } from './tool.ts';
import { toolsAt } from './tools.ts';

/** How soon refuzz and its peers find the same planted defects. See README.md beside this file. Prints Markdown. */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '5' },
    tools: { type: 'string', default: join(packageRoot(), '.refuzz', 'peers') },
    only: { type: 'string', default: '' },
    mutants: { type: 'string', default: '' },
  },
});
const seconds = Number(options.seconds);
const seeds = Array.from({ length: Number(options.seeds) || 0 }, (_, index) => index + 1);
const asked = options.mutants.split(',');
const mutants = MUTANTS.filter(({ name }) => options.mutants === '' || asked.includes(name));
if (!(seconds > 0) || seeds.length === 0 || mutants.length === 0) {
  console.error('usage: run.js [--seconds 20] [--seeds 5] [--tools FOLDER] [--only TOOL] [--mutants A,B]');
  process.exit(2);
}

const SHOWS: readonly Mutant['shows'][] = ['alone', 'together'];
const TITLES = { alone: 'Shown by one thread', together: 'Shown only by ops that overlap' };
/** How long the speed on the sound counter is measured. */
const SPEED_SECONDS = 5;

const scratch = mkdtempSync(join(tmpdir(), 'refuzz-peers-'));
try {
  await compare();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const loadBefore = load();
  const tools = toolsAt({
    compiled: join(packageRoot(), 'dist', 'bench', 'peers'),
    written: join(packageRoot(), 'bench', 'peers'),
    installed: resolve(options.tools),
    scratch,
  }).filter(({ name }) => name.includes(options.only));
  const missing = new Map(tools.map((tool) => [tool, tool.prepare()]));
  const present = tools.filter((tool) => missing.get(tool) === undefined);

  const speeds: string[][] = [];
  for (const tool of tools) speeds.push([tool.name, ...(await speedsOf(tool, missing.get(tool)))]);
  const runs = new Map<string, Timed[]>();
  for (const { name: mutant, shows } of mutants) {
    for (const seed of seeds) {
      for (const tool of present.filter(({ looksFor }) => looksFor.includes(shows))) {
        const key = `${tool.name} ${mutant}`;
        const before = runs.get(key) ?? [];
        if (isLost(before)) continue;
        runs.set(key, [...before, await timeTool(tool, { mutant, shows, seed }, seconds)]);
      }
    }
  }

  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
  console.log(
    `${new Date().toISOString().slice(0, 10)}; ${machine}; load average over a minute ${loadBefore} at`,
  );
  console.log(`the start and ${load()} at the end; ${seeds.length} runs each, of ${seconds} s at most.\n`);
  console.log(table(['', 'start-up', 'speed, one thread', 'speed, threads interleaved'], speeds));
  for (const shows of SHOWS) {
    const rows = mutants.filter((mutant) => mutant.shows === shows);
    const columns = present.filter(({ looksFor }) => looksFor.includes(shows));
    if (rows.length > 0 && columns.length > 0) console.log(`\n${detectionTable(shows, rows, columns, runs)}`);
  }
  const naming = present.filter(({ name }) => name.startsWith('refuzz'));
  if (naming.length > 0) console.log(`\n${namedTable(naming, runs)}`);
}

/** Whether the median is "not found", whatever the runs still to come find: they are spared. */
function isLost(runs: readonly Timed[]): boolean {
  return runs.filter(({ inside }) => inside === undefined).length > seeds.length / 2;
}

/** Start-up on the empty target, and speed on the sound counter. */
async function speedsOf(tool: Tool, missing: string | undefined): Promise<string[]> {
  if (missing !== undefined) return [missing, '', ''];
  const starts: number[] = [];
  const empty = { mutant: 'empty', shows: 'alone' } as const;
  for (const seed of seeds) starts.push((await timeTool(tool, { ...empty, seed }, seconds)).whole);
  const rates: string[] = [];
  for (const shows of SHOWS) {
    const sound = { mutant: 'sound', shows, seed: 1 } as const;
    const unit = tool.speedIn[shows];
    if (unit === undefined) rates.push('');
    else rates.push(soundRate(await timeTool(tool, sound, SPEED_SECONDS), unit));
  }
  return [duration(median(starts)), ...rates];
}

/** A tool that accuses the sound counter has no speed. */
function soundRate({ inside, rate: perSecond, what }: Timed, unit: string): string {
  return inside === undefined ? `${rate(perSecond)} ${unit}/s` : `false alarm: ${what}`;
}

function detectionTable(
  shows: Mutant['shows'],
  rows: readonly Mutant[],
  tools: readonly Tool[],
  runs: ReadonlyMap<string, readonly Timed[]>,
): string {
  const lines = rows.map(({ name, about }) => {
    const perTool = tools.map((tool) => runs.get(`${tool.name} ${name}`)!);
    const soonest = Math.min(...perTool.map(insideOf));
    const cells = perTool.map((of) =>
      insideOf(of) === soonest && soonest < 1 / 0 ? `**${cell(of)}**` : cell(of),
    );
    return [`${name}: ${about}`, ...cells];
  });
  return table([TITLES[shows], ...tools.map(({ name }) => name)], lines);
}

/** No peer has a figure here. */
function namedTable(tools: readonly Tool[], runs: ReadonlyMap<string, readonly Timed[]>): string {
  const lines = mutants.map(({ name }) => [
    name,
    ...tools.map((tool) => {
      const of = runs.get(`${tool.name} ${name}`);
      return of ? namedCell(of) : '';
    }),
  ]);
  return table(['Minimal, named, explained', ...tools.map(({ name }) => name)], lines);
}

async function timeTool(tool: Tool, job: Job, most: number): Promise<Timed> {
  const timed = await timeRun(tool.command(job), job, most, scratch);
  const outcome = timed.inside === undefined ? 'nothing' : `${duration(timed.inside)}, ${timed.what}`;
  console.error(`${tool.name}: ${job.mutant}, ${job.shows}, run ${job.seed}: ${outcome}`);
  return timed;
}

function load(): string {
  return loadavg()[0]!.toFixed(1);
}

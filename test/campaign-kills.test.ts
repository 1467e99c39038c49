import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuzz } from './refuzz.ts';

const MAIN = resolve('dist/cli/main.js');
/** Canary, a counter with hundreds of divergences, and two schemes. */
const TARGETS = ['canary', 'refcount-v4.11', 'inet-peer-naive', 'ip-vs-dest-naive'];
/** REFUZZ_KILLS=50 for a proof that takes minutes. */
const KILLS = Number(process.env.REFUZZ_KILLS ?? 5);
const ITERATIONS = KILLS > 5 ? 20_000 : 1000;
/** Milliseconds after which a session is killed: from before its first file is written on. */
const SOONEST = 200;
const LATEST = KILLS > 5 ? 6000 : 2200;

const scratch = mkdtempSync(join(tmpdir(), 'refuzz-kills-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts the command and kills it after so many milliseconds. @returns whether it had ended by itself */
function killed(args: readonly string[], after: number): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), after);
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      done(signal === null);
    });
  });
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Names of findings: cases and sightings have the same ones. */
function findings(folder: string, ending: string): string[] {
  return files(folder)
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length));
}

/** What a kill may leave behind beside whole files: temporary ones, and the line of a journal it was writing. */
function checkWhole(state: string): void {
  for (const path of files(state)) {
    const text = readFileSync(join(state, path), 'utf8');
    if (/\.json$/.test(path)) expect(() => JSON.parse(text), path).not.toThrow();
    if (!path.endsWith('.jsonl')) continue;
    const whole = text.split('\n').slice(0, -1);
    for (const line of whole) expect(() => JSON.parse(line), `${path}: ${line.slice(0, 80)}`).not.toThrow();
  }
}

/** How the campaign stood over time, through all its sessions. */
interface Sample {
  readonly iterations: number;
  readonly programs: number;
  readonly pairs: number;
  readonly known: number;
  readonly new: number;
}

function samples(state: string): Sample[] {
  const lines = readFileSync(join(state, 'series.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Sample);
}

test(`${KILLS} kills at any instant lose no finding, damage no file, and end where an undisturbed campaign does`, async () => {
  const [undisturbed, corpus, state] = ['undisturbed', 'corpus', 'state'].map((name) => join(scratch, name));
  const common = ['--iterations', `${ITERATIONS}`, '--workers', '2'];
  const start = ['fuzz', ...TARGETS, '--seed', '5', ...common];
  const other = ['--corpus', undisturbed!, '--state', join(scratch, 'whole')];
  expect((await refuzz([...start, ...other])).code).toBe(1);

  const place = ['--corpus', corpus!, '--state', state!];
  const seen = new Set<string>();
  let random = 12345;
  let ended = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    const after = SOONEST + ((random >>> 8) % (LATEST - SOONEST));
    const isStarted = existsSync(join(state!, 'campaign.json'));
    const args = isStarted ? ['fuzz', '--resume', ...common] : start;
    if (await killed([...args, ...place], after)) ended++;
    checkWhole(state!);
    for (const name of findings(corpus!, '.yaml')) seen.add(name);
    for (const name of findings(join(state!, 'sighted'), '.json')) seen.add(name);
  }
  expect(ended).toBeLessThan(KILLS);
  expect((await refuzz(['fuzz', '--resume', ...common, ...place])).code).toBeLessThanOrEqual(1);

  const found = new Set(findings(corpus!, '.yaml'));
  expect([...seen].filter((name) => !found.has(name))).toEqual([]);
  expect([...found]).toEqual(findings(undisturbed!, '.yaml'));
  expect((await refuzz(['replay', corpus!])).code).toBe(0);
  const all = samples(state!);
  for (const [at, { iterations, programs, pairs, known, new: fresh }] of all.entries()) {
    const before = all[at - 1];
    if (!before) continue;
    expect(iterations).toBeGreaterThanOrEqual(before.iterations);
    expect(programs).toBeGreaterThanOrEqual(before.programs);
    expect(pairs).toBeGreaterThanOrEqual(before.pairs);
    expect(known + fresh).toBeGreaterThanOrEqual(before.known + before.new);
  }
  const status = JSON.parse(readFileSync(join(state!, 'status.json'), 'utf8')) as { counts: Sample };
  expect(status.counts.iterations).toBe(ITERATIONS * TARGETS.length);
  process.stderr.write(
    `${KILLS} kills, ${ended} of them too late; ${found.size} keys, ${seen.size} seen on the way, ${all.length} samples\n`,
  );
}, 1_200_000);

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { casesIn } from './campaign-folders.ts';
import { writeKiller } from './killed-at-write.ts';
import { type Ran, startRefuzz } from './refuzz.ts';

/*
 * Commands that store something, killed at any instant, one after the other in one folder, while somebody edits the
 * source in between: no start may find the folder in a state that it cannot go on from, and nothing that was met is lost.
 */
const KILLS = Number(process.env.REFUZZ_EDITED_KILLS ?? 4);
const SEED = Number(process.env.REFUZZ_KILL_SEED ?? 1);
/** Milliseconds from the start of a command within which it is killed. */
const LATEST = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'refuzz-edited-kills-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = (inc: string, dec: string) => `#include <refuzz.h>
#include <stdatomic.h>
#include <stdbool.h>
struct tally { _Atomic int count; };
REFUZZ_COUNTER(struct tally, count);
REFUZZ_OP(void, inc) { ${inc} }
REFUZZ_OP(bool, dec_and_test) { ${dec} }
`;
const ADD = 'atomic_fetch_add(&counter->count, 1);';
const LOSING = 'int old = atomic_load(&counter->count); atomic_store(&counter->count, old + 1);';
const SLOW = `(void)atomic_load(&counter->count); ${LOSING}`;
const SUB = 'return atomic_fetch_sub(&counter->count, 1) == 1;';
const LATE = 'atomic_fetch_sub(&counter->count, 1); return atomic_load(&counter->count) == 0;';
const VERSIONS = [
  [SLOW, LATE],
  [ADD, LATE],
  [ADD, SUB],
].map(([inc, dec]) => source(inc!, dec!));

const PAIR = ['--before', 'before.c', '--after', 'after.c', '--corpus', 'corpus'];
const FUZZ = ['fuzz', ...PAIR, '--time', '3s'];
const COMMANDS: readonly (readonly string[])[] = [
  [...FUZZ, '--engine', 'random', '--workers', '2'],
  [...FUZZ, '--engine', 'random', '--workers', '2', '--resume'],
  [...FUZZ, '--engine', 'random', '--workers', '1'],
  [...FUZZ, '--engine', 'threads'],
  [...FUZZ, '--engine', 'jsfuzz'],
  ['check', ...PAIR, '--ops', '3', '--threads', '2'],
  ['minimize', '.refuzz', ...PAIR],
  ['replay', 'corpus', '--before', 'before.c', '--after', 'after.c'],
];

/** Names of raw findings, under whatever name they are kept, and of cases; without folders and endings. */
function kept(): Set<string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Set(
    names
      .filter((name) => /raw-findings.*\.json|corpus.*\.yaml$/.test(name))
      .map((name) => basename(name).split('.')[0]!),
  );
}

function expectNoneMissing(
  before: ReadonlySet<string>,
  cases: ReadonlyMap<string, string>,
  what: string,
): void {
  const now = kept();
  for (const name of before) expect(now.has(name), `${what}: ${name} was met`).toBe(true);
  const all = casesIn(join(folder, 'corpus'));
  for (const [name, text] of cases) {
    const now = all.get(name) ?? '';
    // What was met on other code in the meantime takes its place.
    if (codeIn(now) === codeIn(text)) expect(now, `${what}: ${name}`).toBe(text);
  }
}

function codeIn(text: string): string | undefined {
  return /^code:\n(?: {2}.*\n)+/m.exec(text)?.[0];
}

async function killedAt(args: readonly string[], delay: number): Promise<Ran> {
  const { child, ended } = startRefuzz(args, { cwd: folder });
  const timer = setTimeout(() => child.kill('SIGKILL'), delay);
  return ended.finally(() => clearTimeout(timer));
}

test('kills and edits, in any order', { timeout: 120_000 + KILLS * 30_000 }, async () => {
  const choices = new RandomChoices(SEED, 3);
  writeFileSync(join(folder, 'before.c'), source(ADD, SUB));
  mkdirSync(join(folder, 'corpus'));
  const ends = new Map<string, number>();
  // Compiled once, so that most kills come later; and a search that was killed with raw findings.
  for (const version of VERSIONS.toReversed()) {
    writeFileSync(join(folder, 'after.c'), version);
    await startRefuzz(['check', ...PAIR, '--program', '0: inc'], { cwd: folder }).ended;
  }
  const first = [...FUZZ, '--engine', 'random', '--seed', '1'];
  const node = ['--import', writeKiller(folder)];
  await startRefuzz(first, { cwd: folder, node, env: { REFUZZ_KILL_CASE: '3' } }).ended;
  expect(kept().size).toBeGreaterThan(3);
  let kills = 0;
  while (kills < KILLS) {
    writeFileSync(join(folder, 'after.c'), VERSIONS[choices.below(VERSIONS.length)]!);
    const args = COMMANDS[choices.below(COMMANDS.length)]!;
    const [before, cases] = [kept(), casesIn(join(folder, 'corpus'))];
    const ran = await killedAt(args, choices.below(LATEST));
    if (ran.signal === 'SIGKILL') kills++;
    const what = args.join(' ');
    const how = `${args[0]} ${ran.signal ?? ran.code}`;
    ends.set(how, (ends.get(how) ?? 0) + 1);
    expect(ran.err, what).not.toMatch(/internal:/);
    expect(ran.code, `${what}: ${ran.err}`).not.toBe(70);
    if (ran.code === 2)
      expect(`${args[0]}: ${ran.err}`).toMatch(
        /belongs to another|holds no campaign|no such file|neither a case/,
      );
    expectNoneMissing(before, cases, what);
  }
  // After all of it a whole search ends as it should, and leaves no raw finding of this source.
  const last = await startRefuzz([...FUZZ.slice(0, -2), '--iterations', '64', '--engine', 'random'], {
    cwd: folder,
  }).ended;
  expect([0, 1, 3], last.err).toContain(last.code);
  const told = [...ends].map(([how, times]) => `${how} ${times}`).sort();
  process.stdout.write(`${kills} kills: ${told.join(', ')}; ${kept().size} kept; REFUZZ_KILL_SEED=${SEED}\n`);
  expect(readFileSync(join(folder, 'before.c'), 'utf8')).toBe(source(ADD, SUB));
});

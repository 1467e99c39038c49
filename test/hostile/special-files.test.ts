import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import { oneIn, sampleOf } from '../thorough.ts';
import { specialFiles } from './special-files.ts';

/** Every option and argument of every command that takes a path, with something else in its place. */
const folder = mkdtempSync(join(tmpdir(), 'refuzz-special-'));
specialFiles(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASE = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';
const DRIVER = 'docs/examples/audit/driver';
const own = join(folder, 'own.yaml');
cpSync(CASE, own);
const source = join(folder, 'ok.c');
writeFileSync(source, 'int nothing;\n');
/** What every command would do if the path were right takes no time: one iteration, one program. */
const QUICK = ['--iterations', '1', '--workers', '1', '--time', '1s'];
const ONE = ['--threads', '1', '--ops', '1', '--workers', '1'];

const PLACES: readonly (readonly [name: string, argv: (path: string) => string[]])[] = [
  ['fuzz TARGET', (path) => ['fuzz', ...QUICK, path]],
  ['fuzz --corpus', (path) => ['fuzz', 'canary', ...QUICK, '--corpus', path]],
  ['fuzz --state', (path) => ['fuzz', 'canary', ...QUICK, '--corpus', join(folder, 'c'), '--state', path]],
  ['fuzz --resume --state', (path) => ['fuzz', '--resume', ...QUICK, '--state', path]],
  ['fuzz --kernel', (path) => ['fuzz', ...QUICK, '--kernel', path]],
  [
    'fuzz --engine kernel --image',
    (path) => ['fuzz', '--engine', 'kernel', 'refcount-v5.5', '--time', '1s', '--image', path],
  ],
  [
    'fuzz --engine kernel --headers',
    (path) => ['fuzz', '--engine', 'kernel', 'refcount-v5.5', '--time', '1s', '--headers', path],
  ],
  ['check TARGET', (path) => ['check', ...ONE, path]],
  ['check --corpus', (path) => ['check', 'canary', ...ONE, '--state', join(folder, 's'), '--corpus', path]],
  [
    'check --state',
    (path) => ['check', 'atomic-vs-x86', ...ONE, '--corpus', join(folder, 'c'), '--state', path],
  ],
  [
    'check --certificate',
    (path) => [
      'check',
      'inet-peer-v6',
      ...ONE,
      '--corpus',
      join(folder, 'c'),
      '--state',
      join(folder, 's'),
      '--certificate',
      path,
    ],
  ],
  ['check --case', (path) => ['check', '--case', path]],
  ['check --target-file', (path) => ['check', '--case', own, '--target-file', path]],
  ['check --kernel', (path) => ['check', ...ONE, '--kernel', path]],
  ['check --against', (path) => ['check', ...ONE, '--kernel', '/nowhere', '--against', path]],
  ['check --before', (path) => ['check', ...ONE, '--before', path, '--after', source]],
  ['check --after', (path) => ['check', ...ONE, '--before', source, '--after', path]],
  ['check --include', (path) => ['check', ...ONE, '--before', source, '--after', source, '--include', path]],
  ['check --alone', (path) => ['check', '--alone', path]],
  ['check --sweep', (path) => ['check', '--sweep', path]],
  ['audit PATH', (path) => ['audit', path, '--workers', '1']],
  ['audit --baseline', (path) => ['audit', DRIVER, '--workers', '1', '--baseline', path]],
  ['audit --html', (path) => ['audit', DRIVER, '--workers', '1', '--html', path]],
  ['audit --extract --output', (path) => ['audit', DRIVER, '--extract', 'peer.users', '--output', path]],
  ['recheck CERTIFICATE', (path) => ['recheck', path]],
  ['replay PATH', (path) => ['replay', path]],
  ['show CASE', (path) => ['show', path]],
  ['explain PATH', (path) => ['explain', path]],
  ['explain --corpus', (path) => ['explain', 'canary', '--corpus', path]],
  ['minimize PATH', (path) => ['minimize', path]],
  ['minimize --write', (path) => ['minimize', '--write', path]],
  ['minimize --corpus', (path) => ['minimize', join(folder, 'mixed'), '--corpus', path]],
  ['export CASE', (path) => ['export', path, '--to', 'mjs']],
  ['export --output', (path) => ['export', own, '--to', 'mjs', '--output', path]],
  ['export --output of a folder', (path) => ['export', own, '--to', 'kmod', '--output', path]],
  [
    'report --state',
    (path) => ['report', '--corpus', own, '--output', join(folder, 'page'), '--state', path],
  ],
  ['report --corpus', (path) => ['report', '--output', join(folder, 'page'), '--corpus', path]],
  ['report --output', (path) => ['report', '--corpus', own, '--output', path]],
  ['check --program --output', (path) => ['check', 'canary', '--program', '1: read', '--output', path]],
  ['ui --corpus', (path) => ['ui', '--host', 'nowhere', '--corpus', path]],
  ['status --state', (path) => ['status', '--state', path]],
  ['unlock STATE', (path) => ['unlock', path]],
  ['pool minimize --state', (path) => ['pool', 'minimize', '--state', path]],
  ['bisect --kernel', (path) => ['bisect', '--kernel', path, '--good', 'a', '--bad', 'b']],
  ['bisect-step --kernel', (path) => ['bisect-step', '--kernel', path]],
  ['bisect-step -- CASE', (path) => ['bisect-step', '--kernel', '.', '--', path]],
  ['kernel load', (path) => ['kernel', 'load', path]],
  ['kernel run', (path) => ['kernel', 'run', path]],
];

interface Answer {
  readonly code: number;
  readonly said: string;
  readonly megabytes: number;
}

/** Milliseconds of a command. They take some hundred, and five thousand where others use the machine. */
const LONGEST = 15_000;

/** @returns what each came to; a word in the place of the first that did not end, and nothing after it */
async function answers(argvs: readonly string[][]): Promise<(Answer | 'hangs' | 'ended')[]> {
  const child = spawn(
    process.execPath,
    [
      resolve('test/hostile/special-files-child.mjs'),
      resolve('dist/cli/command-line.js'),
      ...argvs.map((argv) => JSON.stringify(argv)),
    ],
    {
      cwd: process.cwd(),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, REFUZZ_CACHE: join(folder, 'cache') },
    },
  );
  const found: (Answer | 'hangs' | 'ended')[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isHung = false;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isHung = true;
      child.kill('SIGKILL');
    }, LONGEST);
  };
  for await (const line of createInterface(child.stdout)) {
    wait();
    if (line !== '"ready"') found.push(JSON.parse(line) as Answer);
  }
  clearTimeout(timer);
  if (found.length < argvs.length) found.push(isHung ? 'hangs' : 'ended');
  return found;
}

describe(`${sampleOf(3)} of the places where a path is taken`, () => {
  test.each(oneIn(3, PLACES))('%s', { timeout: 200_000 }, async (_name, argv) => {
    // Made anew for each: what an earlier command has left in a folder, cases say, would be there for the next one.
    const paths = [...specialFiles(mkdtempSync(join(folder, 'row-')))];
    const found = await answers(paths.map(([, path]) => argv(path)));
    const wrong = paths.flatMap(([what], at) => {
      const answer = found[at];
      if (answer === undefined) return [];
      if (typeof answer === 'string') return [`${what}: ${answer}`];
      const isRight = [0, 1, 2, 3, 125, 130].includes(answer.code) && answer.megabytes < 700;
      return isRight ? [] : [`${what}: ${answer.code}, ${answer.megabytes} MB: ${answer.said}`];
    });
    expect(wrong).toEqual([]);
    expect(found).toHaveLength(paths.length);
  });
});

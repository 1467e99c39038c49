import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describedProgram } from '../cli/command-line.ts';
import { EXAMPLES } from '../cli/io/examples.ts';
import { everyCommand, modelOf } from '../cli/shell/command-model.ts';
import { refuzzHere } from './refuzz-here.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-examples-'));
const BIN = join(FOLDER, 'bin');
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(BIN);
  // The command as it is installed.
  writeFileSync(join(BIN, 'refuzz'), `#!/bin/sh\nexec node ${resolve('dist/cli/main.js')} "$@"\n`);
  chmodSync(join(BIN, 'refuzz'), 0o755);
  for (const name of ['canary', 'inet-peer-naive', 'refcount-v5.5'])
    cpSync(join('corpus', name), join(FOLDER, 'corpus', name), { recursive: true });
  cpSync('docs/examples/c', FOLDER, { recursive: true });
  cpSync('docs/examples/litmus', join(FOLDER, 'litmus'), { recursive: true });
  cpSync('docs/examples/audit', FOLDER, { recursive: true });
});

const LEAVES = everyCommand(modelOf(describedProgram())).filter(({ commands }) => commands.length === 0);
const ALL = Object.values(EXAMPLES).flat();
/** A kernel takes a minute, a repository of one gigabytes, and a queue a server: what needs them is run by the tests of these commands. */
const NOT_RUN = ALL.filter(({ needs }) => needs !== undefined);

test('every command has examples, and no other has', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(LEAVES.map(({ path }) => path).sort());
});

test('so many are not run', () => {
  expect(NOT_RUN.map(({ command }) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'refuzz worker --queue',
    'refuzz ui',
    'refuzz bisect --kernel',
    'git bisect run',
    'refuzz kernel run',
    'refuzz kernel load',
    'refuzz kernel doctor',
  ]);
});

test.each(LEAVES.map(({ path }) => path))('the help of %s shows them', async (path) => {
  const { out, code } = await refuzzHere([...path.split(' '), '--help']);
  expect(code).toBe(0);
  for (const { command, about } of EXAMPLES[path]!) expect(out).toContain(`  # ${about}\n  ${command}\n`);
});

// One after another: some go on with what an earlier one has left.
test.each(ALL.filter(({ needs }) => needs === undefined))('$command', ({ command, exit = 0 }) => {
  const ran = spawnSync('sh', ['-c', command], {
    cwd: FOLDER,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${BIN}:${process.env.PATH}` },
    timeout: 100_000,
  });
  expect(ran.status, `${ran.stdout}\n${ran.stderr}`).toBe(exit);
}, 120_000);

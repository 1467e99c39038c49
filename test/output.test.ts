import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { filesBelow } from './campaign-folders.ts';

/*
 * Whatever becomes of what a command prints, its work goes on, and the exit code tells how it ended.
 */

const MAIN = resolve('dist/cli/main.js');
const root = mkdtempSync(join(tmpdir(), 'refuzz-output-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const aCase = resolve('corpus/refcount-v5.5/add+inc-from-INT_MAX-to-0/add-int-max-value-protects.yaml');

/** Every command that ends by itself within a second or two, and what it exits with where all can be written. */
const COMMANDS: readonly (readonly [args: readonly string[], code: number])[] = [
  [['--help'], 0],
  [['targets'], 0],
  [['show', aCase], 0],
  [['explain', aCase], 0],
  [['export', aCase, '--to', 'c'], 0],
  [['minimize', aCase], 0],
  [['replay', aCase], 0],
  [['report', '--corpus', aCase, '--output', 'page'], 0],
  [['check', 'refcount-v5.5', '--program', '0: inc'], 1],
  [['check', 'canary', '--ops', '1', '--threads', '1', '--corpus', 'corpus'], 1],
  [
    [
      'fuzz',
      'canary',
      '--corpus',
      'mine',
      '--iterations',
      '20',
      '--seed',
      '1',
      '--workers',
      '1',
      '--state',
      'state',
      '--json',
    ],
    1,
  ],
  [['status', '--state', 'state'], 0],
  [['kernel', 'doctor'], 0],
  [['audit', resolve('docs/examples/audit/driver'), '--no-cache', '--json'], 1],
  [['targets', '--unknown'], 2],
];

/** Runs a command whose results go to a descriptor. */
async function run(args: readonly string[], out: number, err: number | 'pipe' = 'pipe', cwd = root) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', out, err] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, said };
}

/** The code without `null` descriptors: what is the same on every machine, and what this one has. */
async function usual(args: readonly string[], cwd: string): Promise<number | null> {
  const nothing = openSync('/dev/null', 'w');
  try {
    return (await run(args, nothing, 'pipe', cwd)).code;
  } finally {
    closeSync(nothing);
  }
}

describe.each(COMMANDS)('%j', (args, code) => {
  test('on a full disk', async () => {
    const full = openSync('/dev/full', 'w');
    const cwd = mkdtempSync(join(root, 'full-'));
    if (args[0] === 'status') await usual(COMMANDS.find(([one]) => one[0] === 'fuzz')![0], cwd);
    const wanted = args[0] === 'kernel' ? await usual(args, cwd) : code;
    const ran = await run(args, full, 'pipe', cwd);
    const unheard = await run(
      args.map((word) => word.replace(/^state$/, 'unheard')),
      full,
      full,
      cwd,
    );
    closeSync(full);
    expect(ran.code, ran.said).toBe(wanted === 0 ? 74 : wanted);
    if (wanted === 0) expect(ran.said).toContain('results could not be written (ENOSPC)');
    expect(ran.said).not.toContain('internal');
    expect(unheard.code).not.toBe(70);
    if (args[0] === 'fuzz') expect(filesBelow(join(cwd, 'mine')).length).toBeGreaterThan(0);
  });
});

/** A pipe of the system, as a shell makes it: Node's own are sockets. */
function pipe(name: string, flag = 0) {
  const fifo = join(root, name);
  execFileSync('mkfifo', [fifo]);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  return { fifo, reader, writer: openSync(fifo, constants.O_WRONLY | flag) };
}

/** Until not a byte more goes in. */
function fill(fifo: string): void {
  const filler = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  expect(() => {
    for (;;) writeSync(filler, Buffer.alloc(4096));
  }).toThrow('EAGAIN');
  closeSync(filler);
}

/** All that comes, a page at a time. */
async function readSlowly(reader: number): Promise<string> {
  let text = '';
  const bytes = Buffer.alloc(4096);
  for (;;) {
    await setTimeout(20);
    try {
      const read = readSync(reader, bytes, 0, bytes.length, null);
      if (read === 0) return text;
      text += bytes.toString('latin1', 0, read);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

test('a reader that has gone away', async () => {
  const { reader, writer } = pipe('gone');
  closeSync(reader);
  const ran = await run(['replay', aCase], writer);
  closeSync(writer);
  expect(ran).toMatchObject({ code: 0 });
});

test.each([0, constants.O_NONBLOCK])('a slow reader gets every byte, flags of the pipe: %i', async (flag) => {
  const { fifo, reader, writer } = pipe(`slow-${flag}`, flag);
  fill(fifo);
  const args = ['explain', 'refcount-v5.5', '--corpus', resolve('corpus')];
  const ended = run(args, writer);
  closeSync(writer);
  // It is through, and waits.
  await setTimeout(1500);
  const [text, { code }] = await Promise.all([readSlowly(reader), ended]);
  closeSync(reader);
  expect(code).toBe(0);
  const all = execFileSync(process.execPath, [MAIN, ...args]).toString('latin1');
  expect(all.length).toBeGreaterThan(1000);
  expect(text.replaceAll('\0', '')).toBe(all);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a command that nobody reads', async (signal) => {
  const { fifo, reader, writer } = pipe(`unread-${signal}`);
  fill(fifo);
  const args = [
    'fuzz',
    'canary',
    '--corpus',
    'mine',
    '--seed',
    '1',
    '--workers',
    '1',
    '--state',
    'state',
    '--time',
    '60s',
  ];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: mkdtempSync(join(root, 'unread-')),
    stdio: ['ignore', writer, 'pipe'],
  });
  const isBusy = new Promise<void>((go) => {
    child.stderr!.on('data', (chunk) => {
      if (String(chunk).includes('seen')) go();
    });
  });
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  await isBusy;
  child.kill(signal);
  expect(await ended).toBe(130);
  for (const one of [reader, writer]) closeSync(one);
});

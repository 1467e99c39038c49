import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startRefuzz } from './refuzz.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-reporter-command-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const CORPUS = resolve('corpus');
const BAD = ['failed', 'undecided', 'error'];

interface Line {
  readonly suite: string;
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly exit: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly finding: {
    readonly judgement: string;
    readonly new: boolean;
    readonly case: string | null;
  } | null;
}

const run = (...args: string[]) => startRefuzz(args, { cwd: FOLDER }).ended;
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Runs with the reporter jsonl on standard output; whatever the command is, its report must say what the shell says. */
async function report(...args: string[]) {
  const { code, out, err } = await run(...args, '--reporter', 'jsonl');
  const lines = linesOf(out);
  expect(
    lines.some(({ status }) => BAD.includes(status)),
    err,
  ).toBe(code !== 0);
  for (const { exit } of lines) expect(exit).toBe(code);
  return { code, lines, err };
}

describe('check', () => {
  test('known divergences are known, and the exit code is 0', async () => {
    const { code, lines, err } = await report(
      'check',
      'canary',
      '--ops',
      '1',
      '--threads',
      '1',
      '--corpus',
      CORPUS,
    );
    expect(code).toBe(0);
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(['ok', 'known']));
    // What a person reads is still there, elsewhere.
    expect(err).toContain('covered:');
  });

  test('new ones fail, with the file of their case', async () => {
    const { code, lines } = await report(
      'check',
      'canary',
      '--ops',
      '1',
      '--threads',
      '1',
      '--corpus',
      'none',
    );
    expect(code).toBe(1);
    const failed = lines.filter(({ status }) => status === 'failed');
    expect(failed.length).toBeGreaterThan(1);
    for (const { finding, file } of failed.filter((one) => one.finding !== null)) {
      expect(finding?.new).toBe(true);
      expect(file).toBe(finding?.case);
    }
  });

  test('a program that is too large is undecided', async () => {
    const { code, lines } = await report(
      'check',
      'inet-peer-biased',
      '--program',
      'one: lookup, put | put, lookup',
      '--limit',
      '5',
    );
    expect(code).toBe(3);
    expect(lines.map(({ status }) => status)).toEqual(['undecided']);
  });

  test('a program that differs fails', async () => {
    const { code, lines } = await report('check', 'refcount-v5.5', '--program', 'INT_MAX: inc');
    expect(code).toBe(1);
    expect(lines[0]?.status).toBe('failed');
  });

  test('a scope with programs that are too large is undecided, though nothing new is seen', async () => {
    const args = ['check', 'refcount-v5.5', '--ops', '1', '--limit', '3', '--corpus', CORPUS];
    const { code, lines } = await report(...args);
    expect(code).toBe(3);
    expect(lines[0]).toMatchObject({ name: 'every program of up to 2 x 1', status: 'undecided' });
  });
});

describe('replay', () => {
  const one = join(CORPUS, 'canary');
  test('cases that replay are ok', async () => {
    const { code, lines } = await report('replay', one);
    expect(code).toBe(0);
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(['ok']));
  });

  test('one that changed fails, one that is no case is an error at its line, and nothing at all is undecided', async () => {
    const folder = join(FOLDER, 'cases');
    mkdirSync(folder);
    const { lines: fine } = await report('replay', one);
    const text = readFileSync(fine[0]!.file!, 'utf8');
    writeFileSync(join(folder, 'changed.yaml'), text.replace(/final: .*/, 'final: 77'));
    const changed = await report('replay', folder);
    expect(changed.lines.map(({ status, line }) => [status, line])).toEqual([['failed', 1]]);
    expect(changed.code).toBe(1);
    writeFileSync(join(folder, 'wrong.yaml'), text.replace('schedule', 'shedule').replace('expect', 'expct'));
    const wrong = await report('replay', folder);
    expect(wrong.code).toBe(2);
    const [error] = wrong.lines.filter(({ status }) => status === 'error');
    expect(error?.file).toBe('cases/wrong.yaml');
    expect(error?.line).toBeGreaterThan(1);
    mkdirSync(join(FOLDER, 'empty'));
    const nothing = await report('replay', 'empty');
    expect(nothing.code).toBe(3);
    expect(nothing.lines.map(({ status }) => status)).toEqual(['undecided']);
  });
});

describe('fuzz', () => {
  test('a campaign tells each signature, and each target', async () => {
    const { code, lines } = await report(
      'fuzz',
      'canary',
      '--seed',
      '1',
      '--iterations',
      '300',
      '--corpus',
      'fuzzed',
    );
    expect(code).toBe(1);
    expect(lines[0]).toMatchObject({ suite: 'canary', name: 'search', status: 'failed' });
    expect(lines.slice(1).every(({ finding }) => finding?.new)).toBe(true);
    const again = await report('fuzz', 'canary', '--seed', '1', '--iterations', '300', '--corpus', 'fuzzed');
    expect(again.code).toBe(0);
    expect(again.lines[0]?.status).toBe('ok');
    expect(again.lines.slice(1).map(({ status }) => status)).toContain('known');
  });
});

describe('a finding in C', () => {
  test('is at the line of its op', async () => {
    const before = resolve('docs/examples/c/inet-peer/before.c');
    const after = resolve('docs/examples/c/inet-peer/naive.c');
    const { lines } = await report(
      'check',
      '--before',
      before,
      '--after',
      after,
      '--threads',
      '1',
      '--ops',
      '1',
    );
    const found = lines.filter(({ finding }) => finding !== null);
    expect(found.length).toBeGreaterThan(0);
    for (const { file, line, name } of found) {
      expect(file).toBe(after);
      const op = name.split('-')[0]!;
      expect(readFileSync(after, 'utf8').split('\n')[line! - 1]).toContain(op);
    }
  }, 120_000);
});

describe('the option', () => {
  test('several reporters write their files, and what a person reads stays where it was', async () => {
    const args = ['replay', join(CORPUS, 'canary')];
    const plain = await run(...args);
    const { code, out } = await run(
      ...args,
      '--reporter',
      'junit=a/report.xml',
      '--reporter',
      'tap=report.tap',
    );
    expect(code).toBe(0);
    expect(out).toBe(plain.out);
    expect(readFileSync(join(FOLDER, 'a/report.xml'), 'utf8')).toContain('<testsuites');
    expect(readFileSync(join(FOLDER, 'report.tap'), 'utf8')).toContain('TAP version 14');
  });

  test.each([
    ['an unknown name', ['--reporter', 'junti'], 'Allowed are junit'],
    ['no file after the =', ['--reporter', 'junit='], 'write the name of a file'],
    ['two for standard output', ['--reporter', 'tap', '--reporter', 'junit'], 'only one'],
    ['two for one file', ['--reporter', 'tap=a', '--reporter', 'junit=a'], 'two of them'],
    ['--json beside it', ['--reporter', 'tap', '--json'], '--json needs standard output'],
    ['a device', ['--reporter', 'tap=/dev/null'], 'no file'],
  ])('%s is refused', async (_, flags, message) => {
    const { code, err } = await run('replay', join(CORPUS, 'canary'), ...flags);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test('a target file that is wrong is an error at its line', async () => {
    writeFileSync(join(FOLDER, 'mine.yaml'), 'target: mine\nabout: a\nreferense: atomic\n');
    const { code, lines } = await report('check', 'mine.yaml');
    expect(code).toBe(2);
    expect(lines).toMatchObject([{ status: 'error', file: 'mine.yaml', line: 3 }]);
  });

  test('a report that cannot be written is told by the exit code', async () => {
    writeFileSync(join(FOLDER, 'plain'), '');
    const { code, err } = await run('replay', join(CORPUS, 'canary'), '--reporter', 'tap=plain/report.tap');
    expect(err).toContain('plain/report.tap: the report could not be written');
    expect(code).toBe(74);
  });
});

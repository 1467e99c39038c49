import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuzz } from '../refuzz.ts';

/** What others have written is printed by many commands, and none of it may steer a terminal. */
const folder = mkdtempSync(join(tmpdir(), 'refuzz-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASE = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';
const HOSTILE = '\u001b[2J\u001b]0;x\u0007\u202etxt\u2066\u200b\u009b1m';
/** Anything but a tab or the end of a line that nobody sees. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/u;

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('of a case: its name, its words, and the paths of commands about it', { timeout: 60_000 }, async () => {
  const text = readFileSync(CASE, 'utf8').replace(/^why:[\s\S]*?(?=^\S+:)/m, '');
  const path = write(`${HOSTILE}.yaml`, `${text}\nwhy: "red ${'\\e[31m\\u202e'} alert"\n`);
  const lines: string[] = [];
  for (const argv of [['show'], ['explain'], ['replay'], ['replay', '--json']]) {
    const { code, out, err } = await refuzz([...argv, path]);
    expect(`${out}${err}`).not.toMatch(HIDDEN);
    expect([0, 1, 2]).toContain(code);
    lines.push(out, err);
  }
  expect(lines.join('\n')).toContain('\\u{202e}');
});

test('of a name that is not there, with a line feed in it', async () => {
  const { err, code } = await refuzz(['show', `no\nrefuzz: all is well${HOSTILE}`]);
  expect(code).toBe(2);
  expect(err).toContain('no\\u{a}refuzz: all is well\\u{1b}[2J');
  expect(err).not.toMatch(HIDDEN);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('of a target file, with the place', async () => {
  const path = write(
    'mine.yaml',
    `target: mine\nabout: x\nreference: "\u202eatomic"\nsubject: atomic\ninitial: [0]\n`,
  );
  const { err, code } = await refuzz(['check', path]);
  expect(code).toBe(2);
  expect(err).toContain('\\u{202e}atomic');
  expect(err).toContain('mine.yaml:3:12');
  expect(err).not.toMatch(HIDDEN);
});

test('of a C source, in what the compiler quotes of it', { timeout: 120_000 }, async () => {
  const path = write(
    'a.c',
    `#include <refuzz.h>\nint x = 1; /* ${HOSTILE} */ int y = nobody; /* ${HOSTILE} */\n`,
  );
  const { err, code } = await refuzz(['check', '--before', path, '--after', path]);
  expect(code).toBe(2);
  expect(err).toContain('nobody');
  expect(err).not.toMatch(HIDDEN);
});

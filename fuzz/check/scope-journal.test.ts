import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { EMPTY_TALLY } from './check-scope.ts';
import { type DecidedPart, neighboursJoined, openJournal, type ScopeJournal } from './scope-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TARGET = targetLike('refcount-v5.5');
const SIZE = { threads: 2, ops: 2 };
const open = (
  path: string,
  changes: { target?: typeof TARGET; size?: typeof SIZE; limit?: number; version?: string } = {},
): ScopeJournal => {
  const { target = TARGET, size = SIZE, limit = 1000, version = '1.2.3' } = changes;
  return openJournal(path, target, size, limit, version);
};

let files = 0;
const newPath = () => join(folder, `journal-${files++}`);

/** The name has a call of two bytes: a cut is at bytes, not at characters. */
const part = (from: number): DecidedPart => ({
  from,
  to: from + 10,
  tally: {
    ...EMPTY_TALLY,
    programs: 10,
    undecidedExamples: [{ number: from, program: { start: 'né', threads: [['inc']] } }],
  },
});

const PARTS = [part(0), part(30), part(10)];

/** A journal with all of `PARTS` in it. */
function written(): { path: string; bytes: Buffer } {
  const path = newPath();
  const journal = open(path);
  for (const one of PARTS) journal.append(one);
  return { path, bytes: readFileSync(path) };
}

/** A part twice is one part: two runs may have decided it. */
function inOrder(parts: readonly DecidedPart[]): DecidedPart[] {
  return [...parts].sort((one, other) => one.from - other.from);
}

/** What went wrong, or nothing. */
function failureOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return '';
}

describe('a journal', () => {
  test('starts empty, and leaves no file behind before anything is decided', () => {
    const path = join(folder, 'new', 'folder', 'journal');
    const journal = open(path);
    expect(journal.decided).toEqual([]);
    expect(existsSync(path)).toBe(false);
    journal.append(PARTS[0]!);
    expect(open(path).decided).toEqual([PARTS[0]]);
  });

  test('gives back what was decided, in the order of the scope', () => {
    const { path, bytes } = written();
    expect(open(path).decided).toEqual(inOrder(PARTS));
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('goes on where it was killed, at whatever byte that happened', () => {
    const { path, bytes } = written();
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const complete = ends.filter((end) => end <= length).length;
      const journal = open(path);
      expect(journal.decided, `${length} bytes`).toEqual(inOrder(PARTS.slice(0, Math.max(0, complete - 1))));
      journal.append(part(70));
      expect(open(path).decided, `${length} bytes`).toEqual([...journal.decided, part(70)]);
    }
  });

  test('counts a part once, though it may be there twice', () => {
    const { path, bytes } = written();
    writeFileSync(path, Buffer.concat([bytes, bytes.subarray(bytes.indexOf(10) + 1)]));
    expect(open(path).decided).toEqual(inOrder(PARTS));
  });

  test('is gone when the check is complete', () => {
    const { path } = written();
    const journal = open(path);
    journal.remove();
    expect(existsSync(path)).toBe(false);
    journal.remove();
  });
});

const line = (one: DecidedPart) => JSON.stringify(one);

describe('a line is left out, and named', () => {
  test.each([
    ['no JSON', 'garbage'],
    ['another JSON', '{"from":0}'],
    ['a part without its checksum', line(part(50))],
    ['a part of another length', line({ ...part(50), to: 65 })],
    ['a part of nothing', 'null'],
  ])('that is %s', (_, text) => {
    const { path, bytes } = written();
    const damaged = bytes.toString().split('\n').with(2, text).join('\n');
    writeFileSync(path, damaged);
    const journal = open(path);
    expect(journal.decided).toEqual([PARTS[0], PARTS[2]]);
    expect(journal.notes).toEqual([expect.stringContaining(`${path}:3: damaged`)]);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(damaged);
    journal.append(PARTS[1]!);
    const again = open(path);
    expect(again.decided).toEqual(inOrder(PARTS));
    expect(again.notes).toEqual([]);
  });

  test('whose number was changed', () => {
    const { path, bytes } = written();
    writeFileSync(path, bytes.toString().replace('"programs":10', '"programs":11'));
    expect(open(path).decided).toEqual(inOrder(PARTS.slice(1)));
  });

  test('that another overlaps: no program counts twice', () => {
    const { path } = written();
    const journal = open(path);
    journal.append(part(5));
    expect(open(path).decided).toEqual([part(0), part(10), part(30)]);
  });
});

describe('a journal is refused', () => {
  test.each([
    ['target', { target: targetLike('refcount-x86') }],
    ['list of ops', { target: targetLike('refcount-v5.5', { ops: ['inc'] }) }],
    ['start', { target: targetLike('refcount-v5.5', { initial: [0] }) }],
    ['argument', { target: targetLike('refcount-v5.5', { arguments: [1] }) }],
    ['oracle', { target: targetLike('refcount-v5.5', { oracles: ['lockstep'] }) }],
    ['reference', { target: targetLike('refcount-v5.5', { reference: 'ideal' }) }],
    ['size', { size: { threads: 2, ops: 1 } }],
    ['limit', { limit: 999 }],
    ['version', { version: '1.2.4' }],
  ])('that belongs to a check with another %s', (_, changes) => {
    const { path, bytes } = written();
    expect(failureOf(() => open(path, changes))).toContain('belongs to another check');
    expect(failureOf(() => open(path, changes))).toContain(path);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test('for a first line that no check has written', () => {
    const path = newPath();
    for (const line of ['{"some":"settings"}', '[]']) {
      writeFileSync(path, `${line}\n`);
      expect(failureOf(() => open(path))).toContain(`${path}: is not the journal of a check`);
    }
  });

  test('of an earlier version, with the remedy', () => {
    const path = newPath();
    writeFileSync(path, '{"journal":1,"scope":"x"}\n');
    expect(failureOf(() => open(path))).toContain('version differ); remove it');
  });

  test('while another process uses it', () => {
    const path = newPath();
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.ppid, host: hostname() }));
    expect(failureOf(() => open(path))).toContain(`process ${process.ppid}`);
    // One that is gone holds nothing.
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: 99999999, host: hostname() }));
    expect(failureOf(() => open(path))).toBe('');
  });

  test('where it cannot be read', () => {
    expect(failureOf(() => open(folder))).toContain(`${folder}: is not a file`);
  });

  test('where it cannot be written: a file stands where its folder should be', () => {
    const blocked = join(folder, 'blocked');
    const path = join(blocked, 'journal');
    writeFileSync(blocked, '');
    expect(failureOf(() => open(path))).toContain(path);
  });

  test('where it cannot be written: a folder stands in its place', () => {
    const path = newPath();
    const journal = open(path);
    mkdirSync(path);
    expect(failureOf(() => journal.append(PARTS[0]!))).toContain('name another file with --state');
    expect(failureOf(() => journal.remove())).toContain(`${path}: cannot be written`);
  });

  test('and left as it is, where it is somebody else’s file without a last newline', () => {
    const path = newPath();
    writeFileSync(path, 'my only copy of something');
    failureOf(() => open(path));
    expect(readFileSync(path, 'utf8')).toBe('my only copy of something');
  });

  test('as no journal at all, where the first line is not JSON', () => {
    const path = newPath();
    writeFileSync(path, 'Dear diary,\nnothing happened.\n');
    expect(failureOf(() => open(path))).toContain(`${path}: is not the journal of a check`);
  });
});

test('neighbours become one part, in whatever order they came', () => {
  const joinedParts = neighboursJoined([part(30), part(10), part(60), part(0), part(20)]);
  expect(joinedParts.map(({ from, to, tally }) => [from, to, tally.programs])).toEqual([
    [0, 40, 40],
    [60, 70, 10],
  ]);
  expect(joinedParts[0]!.tally.undecidedExamples.map(({ number }) => number)).toEqual([0, 10, 20]);
});

test('a journal of many parts stays short, and says the same', () => {
  const path = newPath();
  const journal = open(path);
  // Each as long as one that shows some hundred signatures.
  const text = 'inc'.repeat(40_000);
  const long = (from: number): DecidedPart => {
    const example = { number: from, program: { start: 'one', threads: [[text]] } };
    return { from, to: from + 10, tally: { ...EMPTY_TALLY, programs: 10, undecidedExamples: [example] } };
  };
  for (let from = 0; from < 1000; from += 10) journal.append(long(from));
  journal.close();
  expect(readFileSync(path).length).toBeLessThan(9 << 20);
  const again = open(path);
  expect(again.decided.reduce((sum, { tally }) => sum + tally.programs, 0)).toBe(1000);
  expect(neighboursJoined(again.decided).map(({ from, to }) => [from, to])).toEqual([[0, 1000]]);
  again.close();
});

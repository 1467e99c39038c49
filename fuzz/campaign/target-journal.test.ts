import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import {
  ALL,
  campaignFrom,
  comesTo,
  compacted,
  ENTRIES,
  entriesOf,
  failureOf,
  firstEntries,
  HALF,
  journalIn,
  newFolder,
  ONE,
  open,
  search,
  small,
  snapshotIn,
  storedIn,
  THREE,
  TWO,
  written,
} from '../../test/made-up-journals.ts';
import { TargetJournal } from './target-journal.ts';

describe('a journal', () => {
  test('starts empty', () => {
    const { progress, ...rest } = open(newFolder()).stored;
    expect(progress).toBeUndefined();
    expect(entriesOf({ progress, ...rest })).toEqual(firstEntries(0));
  });

  test('gives back what was written, in its order, and leaves it as it is', () => {
    const { place, bytes } = written();
    expect(entriesOf(storedIn(place))).toEqual(firstEntries(ENTRIES.length));
    expect(readFileSync(journalIn(place))).toEqual(bytes);
  });

  test('goes on where it was killed, at whatever byte that happened', () => {
    const { place, bytes } = written();
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
    expect(ends.length).toBe(ENTRIES.length + 1);
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(journalIn(place), bytes.subarray(0, length));
      const complete = Math.max(0, ends.filter((end) => end <= length).length - 1);
      const journal = new TargetJournal(place, 'd1');
      expect(entriesOf(journal.stored), `${length} bytes`).toEqual(firstEntries(complete));
      // What comes after is synced, which takes its time: at every tenth byte, and around the ends of lines.
      if (length % 10 === 0 || ends.some((end) => Math.abs(end - length) < 2)) {
        journal.searched(small(90));
        const { parts } = storedIn(place);
        expect(parts, `${length} bytes`).toEqual([...firstEntries(complete).parts, small(90)]);
      }
      journal.close();
    }
  });

  test.each([
    ['zeros, as after a power cut', Buffer.alloc(300)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0xc3])],
    ['half a call', Buffer.from([0xc3])],
    ['another half line', Buffer.from('{"part":{"from":')],
    ['a line but for its end', Buffer.from(JSON.stringify({ part: small(90) }))],
  ])('goes on after %s', (_, tail) => {
    const { place, bytes } = written();
    writeFileSync(journalIn(place), Buffer.concat([bytes, tail]));
    expect(entriesOf(storedIn(place))).toEqual(firstEntries(ENTRIES.length));
    expect(readFileSync(journalIn(place))).toEqual(bytes);
  });
});

describe('a journal is read', () => {
  const failure = (place: string, digest = 'd1') => failureOf(() => open(place, digest));

  test('never as that of another search, and left as it is', () => {
    const { place, bytes } = written();
    expect(failure(place, 'd2')).toBeInstanceOf(InputError);
    expect(failure(place, 'd2')!.message).toContain(`${journalIn(place)}: belongs to another search`);
    expect(readFileSync(journalIn(place))).toEqual(bytes);
  });

  test('never beside the snapshot of another search', () => {
    const { place } = compacted();
    rmSync(journalIn(place));
    expect(failure(place, 'd2')!.message).toContain(`${snapshotIn(place)}: belongs to another search`);
  });

  test.each([
    ['no JSON', 'garbage'],
    ['another JSON', '{"from":0}'],
    ['null', 'null'],
    ['a part that lacks something', JSON.stringify({ part: { ...small(0), counts: {} } })],
    ['a negative number of iterations', JSON.stringify({ part: { ...small(0), from: -1 } })],
  ])('without a line that is %s, which it names', (_, line) => {
    const { place, bytes } = written();
    const lines = bytes.toString().split('\n');
    writeFileSync(journalIn(place), lines.with(1, line).join('\n'));
    const damaged = readFileSync(journalIn(place));
    const stored = storedIn(place);
    expect(stored.notes).toEqual([expect.stringContaining(`${journalIn(place)}:2: damaged`)]);
    expect(stored.parts).toEqual([small(0), small(2)]);
    expect(readFileSync(`${journalIn(place)}.damaged`)).toEqual(damaged);
    // What was whole is written anew, so it is told once.
    expect(storedIn(place)).toEqual({ ...stored, notes: [] });
  });

  test('though its first line is damaged, as long as lines follow that are its own', () => {
    const { place, bytes } = written();
    const lines = bytes.toString().split('\n');
    writeFileSync(journalIn(place), lines.with(0, '{"jour').join('\n'));
    const stored = storedIn(place);
    expect(stored.parts).toEqual([small(4), small(0), small(2)]);
    expect(stored.notes[0]).toContain(`${journalIn(place)}:1: damaged`);
  });

  test('without a line of another journal, and without a part that is there twice', () => {
    const { place, bytes } = written();
    const other = newFolder();
    open(other, 'd2').searched(small(20));
    const [, foreign] = readFileSync(journalIn(other), 'utf8').split('\n');
    const lines = bytes.toString().split('\n');
    writeFileSync(journalIn(place), [...lines.slice(0, -1), foreign, lines[1], ''].join('\n'));
    const stored = storedIn(place);
    expect(stored.parts).toEqual([small(4), small(0), small(2)]);
    expect(stored.notes).toHaveLength(1);
  });

  test.each([
    '',
    '{"some":"settings"}',
    '[]',
    'Dear diary,',
  ])('from the start where no campaign has written the first line: %s', (line) => {
    const place = newFolder();
    mkdirSync(place);
    writeFileSync(journalIn(place), `${line}\n`);
    expect(storedIn(place)).toMatchObject({ parts: [], notes: [expect.stringContaining(':1: damaged')] });
    expect(readFileSync(`${journalIn(place)}.damaged`, 'utf8')).toBe(`${line}\n`);
  });

  test('never by another version, and the remedy is told', () => {
    const place = newFolder();
    mkdirSync(place);
    writeFileSync(journalIn(place), '{"journal":1,"digest":"d1"}\n');
    expect(failure(place)!.message).toContain('version differ); start a new campaign');
  });

  test.each(['', '{', '{"snapshot":2}', 'null'])('beside a snapshot that is damaged: %j', (text) => {
    const { place } = compacted();
    writeFileSync(snapshotIn(place), text);
    const stored = storedIn(place);
    expect(stored.progress).toBeUndefined();
    expect(stored.notes).toEqual([expect.stringContaining(`${snapshotIn(place)}: is damaged`)]);
    expect(readFileSync(`${snapshotIn(place)}.damaged`, 'utf8')).toBe(text);
  });

  test('from the start where a folder stands in its place', () => {
    const place = newFolder();
    mkdirSync(journalIn(place), { recursive: true });
    expect(storedIn(place).notes).toEqual([expect.stringContaining(`${journalIn(place)}: is not a file`)]);
  });

  test('from the start where a file stands in the place of its folder', () => {
    const place = newFolder();
    writeFileSync(place, 'mine');
    expect(storedIn(place).notes).toEqual([expect.stringContaining(`${place}: is not a folder`)]);
    expect(readFileSync(`${place}.damaged`, 'utf8')).toBe('mine');
  });
});

describe('a snapshot', () => {
  test.each([
    [[]],
    [[16]],
    [[24]],
    [[208]],
    [[240]],
    [[8, 16, 24, 112, 240, 272, 336]],
  ])('at the ends of %j changes nothing of what the search comes to', (at) => {
    const place = newFolder();
    search(place, HALF, at);
    comesTo(campaignFrom(storedIn(place), HALF), HALF);
    search(place, ALL);
    comesTo(campaignFrom(storedIn(place), ALL), ALL);
  });

  test('has all that the journal had, and the journal begins anew', () => {
    const { place } = compacted();
    const before = readFileSync(journalIn(place)).length;
    const journal = open(place);
    journal.found(TWO, 'b.yaml');
    const campaign = campaignFrom(journal.stored, HALF);
    journal.compact(campaign.progress, campaign.openParts);
    expect(readFileSync(journalIn(place)).length).toBeLessThan(before);
    const { found, leftOut } = storedIn(place);
    expect([...found]).toEqual([
      [ONE, 'a.yaml'],
      [TWO, 'b.yaml'],
    ]);
    expect(leftOut).toEqual([[7, 7]]);
    comesTo(campaignFrom(storedIn(place), HALF), HALF);
    // The journal is still open, and what comes goes into the new one.
    journal.leftOut([8]);
    journal.found(THREE, 'c.yaml');
    expect(storedIn(place).leftOut).toEqual([[7, 7], [8]]);
    expect(storedIn(place).found.size).toBe(3);
  });

  test('comes of itself when a round ends and the journal is long, not before', () => {
    const place = newFolder();
    const journal = open(place);
    const campaign = campaignFrom(journal.stored, HALF);
    const { progress } = campaign;
    journal.roundEnded(
      () => progress,
      () => [],
    );
    expect(existsSync(snapshotIn(place))).toBe(false);
    journal.found(THREE, 'x'.repeat(1 << 20));
    journal.roundEnded(
      () => progress,
      () => [],
    );
    expect(existsSync(snapshotIn(place))).toBe(true);
    expect(readFileSync(journalIn(place)).length).toBeLessThan(100);
    expect(storedIn(place).found.get(THREE)!.length).toBe(1 << 20);
  });
});

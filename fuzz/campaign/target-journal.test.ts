import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { madeUpPart, naiveCampaign, numbersSeen } from '../../test/naive-campaign.ts';
import { noCounts } from '../search/search.ts';
import { sealed } from '../storage/sealed.ts';
import { StorageError } from '../storage/storage-error.ts';
import type { SearchPart } from './campaign-jobs.ts';
import { TargetCampaign } from './target-campaign.ts';
import { type StoredTarget, TargetJournal } from './target-journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;
const newFolder = () => join(folder, String(folders++));

const opened: TargetJournal[] = [];
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
});

function open(place: string, digest = 'd1'): TargetJournal {
  const journal = new TargetJournal(place, digest);
  opened.push(journal);
  return journal;
}

/** What a folder holds, as plain data. */
function storedIn(place: string): StoredTarget {
  const journal = new TargetJournal(place, 'd1');
  journal.close();
  return journal.stored;
}

const journalIn = (place: string) => join(place, 'journal.jsonl');
const snapshotIn = (place: string) => join(place, 'snapshot.json');

/** Signatures. */
const ONE = 'inc-zero-value-protects';
const TWO = 'dec-zero-value-protects';
const THREE = 'add-zero-value-protects';

/** Small, and with a call of two bytes: a cut is at bytes, not at characters. */
const small = (from: number): SearchPart => ({
  from,
  to: from + 2,
  counts: { ...noCounts(), iterations: 2 },
  hits: { [ONE]: 1 },
  rawFindings: [],
  novel: [{ program: [from], features: [from] }],
  effort: { fresh: 2, freshNovel: 1, mutated: 0, mutatedNovel: 0 },
  nonTerminating: ['né'],
});

interface Entries {
  readonly parts: readonly SearchPart[];
  readonly found: readonly (readonly [signature: string, path: string])[];
  readonly leftOut: readonly (readonly number[])[];
}

/** One of each, in the order in which they are written. */
type Entry = (journal: TargetJournal) => void;
const ENTRIES: readonly Entry[] = [
  (journal) => journal.searched(small(4)),
  (journal) => journal.found(ONE, 'corpus/né.yaml'),
  (journal) => journal.searched(small(0)),
  (journal) => journal.leftOut([1, 2, 3]),
  (journal) => journal.searched(small(2)),
];

/** What is there after so many of them. */
function firstEntries(count: number): Entries {
  return {
    parts: [
      ...(count > 0 ? [small(4)] : []),
      ...(count > 2 ? [small(0)] : []),
      ...(count > 4 ? [small(2)] : []),
    ],
    found: count > 1 ? [[ONE, 'corpus/né.yaml']] : [],
    leftOut: count > 3 ? [[1, 2, 3]] : [],
  };
}

function entriesOf({ parts, found, leftOut }: StoredTarget): Entries {
  return { parts, found: [...found], leftOut };
}

function written(): { place: string; bytes: Buffer } {
  const place = newFolder();
  const journal = open(place);
  for (const entry of ENTRIES) entry(journal);
  return { place, bytes: readFileSync(journalIn(place)) };
}

/** What went wrong, or nothing. */
function failureOf(act: () => unknown): Error | undefined {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

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

/** Searches up to an iteration, and writes down each part, as a campaign does. */
function search(place: string, until: number, compactAt: readonly number[] = []): TargetCampaign {
  const journal = open(place);
  const campaign = campaignFrom(journal.stored, until);
  const ends: number[] = [];
  for (let shard = campaign.next(); shard; shard = campaign.next()) {
    const part = madeUpPart(shard.from, shard.to, shard.view);
    campaign.add(part);
    journal.searched(part);
    while (campaign.endRound());
    ends.push(part.to);
    if (compactAt.includes(part.to)) journal.compact(campaign.progress, campaign.openParts);
  }
  expect(ends).toEqual(expect.arrayContaining([...compactAt]));
  return campaign;
}

function campaignFrom({ progress, parts }: StoredTarget, limit: number): TargetCampaign {
  const campaign = new TargetCampaign('scheme', limit, progress);
  for (const part of parts) campaign.add(part);
  while (campaign.endRound());
  return campaign;
}

function comesTo(campaign: TargetCampaign, limit: number): void {
  const { counts, hits, nonTerminating, rounds, entries, seen, effort } = naiveCampaign('scheme', limit);
  expect({
    counts: { ...campaign.counts },
    hits: [...campaign.hits].sort(),
    nonTerminating: [...campaign.nonTerminating],
    entries: campaign.pool.entries,
    seen: numbersSeen(campaign.pool.seen),
    effort: campaign.pool.effort,
  }).toEqual({ counts, hits, nonTerminating, entries, seen, effort });
  expect(rounds).toBeGreaterThan(2);
}

/** Ends of shards. Rounds end at 16, 48, 112, 240 and 368. */
const HALF = 336;
const ALL = 496;

/** A search with a snapshot in the middle of it, some parts and other lines after that, and all that is known. */
function compacted(): { place: string } {
  const place = newFolder();
  search(place, HALF, [144]);
  const journal = open(place);
  journal.found(ONE, 'a.yaml');
  journal.leftOut([7, 7]);
  return { place };
}

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

describe('a crash while a snapshot is made loses nothing, and counts nothing twice', () => {
  /** The files before, and after. */
  function twoStates() {
    const { place: before } = compacted();
    const after = newFolder();
    mkdirSync(after);
    for (const file of [journalIn, snapshotIn]) copyFileSync(file(before), file(after));
    const journal = open(after);
    const campaign = campaignFrom(journal.stored, HALF);
    expect(campaign.openParts.length).toBeGreaterThan(0);
    expect(journal.stored.progress!.rounds).toBeLessThan(campaign.progress.rounds);
    journal.compact(campaign.progress, campaign.openParts);
    return { before, after };
  }

  test.each([
    ['before it has its name', 'before', 'before', ''],
    ['while it is being written', 'before', 'before', 'snapshot.json.123456'],
    ['when it has its name, and the journal is the old one', 'after', 'before', ''],
    ['while the new journal is being written', 'after', 'before', 'journal.jsonl.123456'],
    ['after all', 'after', 'after', ''],
  ] as const)('%s', (_, snapshot, journal, half) => {
    const states = twoStates();
    const place = newFolder();
    mkdirSync(place);
    copyFileSync(snapshotIn(states[snapshot]), snapshotIn(place));
    copyFileSync(journalIn(states[journal]), journalIn(place));
    if (half !== '') writeFileSync(join(place, half), '{"half');
    const { found, leftOut } = storedIn(place);
    expect([...found]).toEqual([[ONE, 'a.yaml']]);
    expect(leftOut).toEqual([[7, 7]]);
    comesTo(campaignFrom(storedIn(place), HALF), HALF);
    search(place, ALL, [400]);
    comesTo(campaignFrom(storedIn(place), ALL), ALL);
  });
});

const mounts: string[] = [];
afterAll(() => {
  for (const place of mounts) execFileSync('umount', [place]);
});

/** A small file system of its own, for root. */
function disk(): string {
  const place = newFolder();
  mkdirSync(place);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]);
  mounts.unshift(place);
  return place;
}

function canMount(): boolean {
  try {
    disk();
    return true;
  } catch {
    return false;
  }
}

const CAN_MOUNT = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

describe.skipIf(!CAN_MOUNT)(
  'where nothing can be written (skipped unless root can mount a file system)',
  () => {
    const REMEDY = 'or name a folder you can write to with --state';

    function fails(act: () => unknown, path: string, reason: string): void {
      const failure = failureOf(act);
      expect(failure).toBeInstanceOf(StorageError);
      expect(failure!.message).toContain(path);
      expect(failure!.message).toContain(reason);
      expect(failure!.message).toContain(REMEDY);
    }

    test('a read-only file system is told, with its place and what to do', () => {
      const place = disk();
      mkdirSync(join(place, 'target'));
      execFileSync('mount', ['-o', 'remount,ro', place]);
      fails(() => open(join(place, 'target')), place, 'the file system is read-only');
      fails(() => open(join(place, 'new', 'target')), place, 'read-only');
    });

    test('a full disk is told, and once there is room the journal is whole', () => {
      const place = disk();
      const target = join(place, 'target');
      const journal = open(target);
      journal.searched(small(0));
      writeFileSync(join(place, 'filler'), Buffer.alloc(40 << 10));
      const large = { ...small(2), nonTerminating: ['x'.repeat(40 << 10)] };
      fails(() => journal.searched(large), journalIn(target), 'the disk is full');
      // Shards that were under way come back when there is room again.
      rmSync(join(place, 'filler'));
      journal.searched(small(4));
      expect(storedIn(target).parts).toEqual([small(0), small(4)]);
    });

    test('a disk that is full when a snapshot is made leaves the one before', () => {
      const place = disk();
      const target = join(place, 'target');
      mkdirSync(target);
      const { place: before } = compacted();
      const journal = new TargetJournal(before, 'd1');
      const campaign = campaignFrom(journal.stored, HALF);
      journal.close();
      for (const file of [journalIn, snapshotIn]) copyFileSync(file(before), file(target));
      const stored = storedIn(target);
      const full = open(target);
      expect(failureOf(() => writeFileSync(join(place, 'filler'), Buffer.alloc(64 << 10)))).toBeDefined();
      fails(
        () => full.compact(campaign.progress, campaign.openParts),
        snapshotIn(target),
        'the disk is full',
      );
      expect(storedIn(target)).toEqual(stored);
    });
  },
);

test('cases that were made are there until they are told to be stored, also after a snapshot', () => {
  const place = newFolder();
  const [one, other] = [
    { signature: ONE, text: 'case: 1\né' },
    { signature: TWO, text: 'case: 1\n' },
  ];
  const journal = open(place);
  journal.made([one, other]);
  expect(storedIn(place).made).toEqual([one, other]);
  journal.found(ONE, 'corpus/one.yaml');
  expect(storedIn(place).made).toEqual([other]);
  journal.compact(new TargetCampaign('counter', 100).progress, []);
  expect(storedIn(place).made).toEqual([other]);
  journal.found(TWO, 'corpus/other.yaml');
  expect(storedIn(place).made).toEqual([]);
  expect([...storedIn(place).found.keys()]).toEqual([ONE, TWO]);
});

test('a line that somebody has edited, and sealed again, is as good as a damaged one', () => {
  const place = newFolder();
  const journal = open(place);
  journal.found('inc-zero-value-protects', 'corpus/a.yaml');
  journal.close();
  const path = join(place, 'journal.jsonl');
  const header = readFileSync(path, 'utf8').split('\n', 1)[0]!;
  const finding = {
    divergence: { op: 'inc', boundary: 'zero', kind: 'value', judgement: 'protects' },
    program: { start: 0, threads: [['inc']] },
    by: 'random',
  };
  const VIEW = { seen: new Uint8Array(), programs: [], withSignature: [], share: 0 };
  const part = (rawFinding: unknown) => ({ part: { ...madeUpPart(0, 4, VIEW), rawFindings: [rawFinding] } });
  const lines = [
    { found: 'constructor', path: 'corpus/b.yaml' },
    { made: [{ signature: 'no signature', text: 'case: 2' }] },
    part({ ...finding, divergence: 'inc' }),
    part({ ...finding, divergence: { ...finding.divergence, op: '\u001b[31m' } }),
    part({ ...finding, program: { start: 0, threads: [[7]] } }),
    part(finding),
  ];
  appendFileSync(path, lines.map((line) => `${sealed(line, `${header}\n`)}\n`).join(''));
  const { found, made, parts, notes } = storedIn(place);
  expect([...found.keys()]).toEqual(['inc-zero-value-protects']);
  expect(made).toEqual([]);
  expect(parts.map(({ rawFindings }) => rawFindings)).toEqual([[finding]]);
  expect(notes.join('\n')).toMatch(/damaged/);
});

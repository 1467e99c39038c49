import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ALL,
  campaignFrom,
  comesTo,
  compacted,
  failureOf,
  HALF,
  journalIn,
  newFolder,
  ONE,
  open,
  search,
  small,
  snapshotIn,
  storedIn,
  TWO,
} from '../../test/made-up-journals.ts';
import { madeUpPart } from '../../test/naive-campaign.ts';
import { sealed } from '../storage/sealed.ts';
import { StorageError } from '../storage/storage-error.ts';
import { TargetCampaign } from './target-campaign.ts';
import { TargetJournal } from './target-journal.ts';

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

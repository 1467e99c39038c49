import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import type { SearchPart } from '../fuzz/campaign/campaign-jobs.ts';
import { TargetCampaign } from '../fuzz/campaign/target-campaign.ts';
import { type StoredTarget, TargetJournal } from '../fuzz/campaign/target-journal.ts';
import { noCounts } from '../fuzz/search/search.ts';
import { madeUpPart, naiveCampaign, numbersSeen } from './naive-campaign.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-target-'));
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;
/** A folder that is not there yet. */
export const newFolder = () => join(folder, String(folders++));

const opened: TargetJournal[] = [];
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
});

/** A journal that is closed after the test. */
export function open(place: string, digest = 'd1'): TargetJournal {
  const journal = new TargetJournal(place, digest);
  opened.push(journal);
  return journal;
}

/** What a folder holds, as plain data. */
export function storedIn(place: string): StoredTarget {
  const journal = new TargetJournal(place, 'd1');
  journal.close();
  return journal.stored;
}

/** Its file in a folder. */
export const journalIn = (place: string) => join(place, 'journal.jsonl');
/** The file of its snapshot. */
export const snapshotIn = (place: string) => join(place, 'snapshot.json');

/** A signature. */
export const ONE = 'inc-zero-value-protects';
/** A second one. */
export const TWO = 'dec-zero-value-protects';
/** A third one. */
export const THREE = 'add-zero-value-protects';

/** Small, and with a call of two bytes: a cut is at bytes, not at characters. */
export const small = (from: number): SearchPart => ({
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

type Entry = (journal: TargetJournal) => void;
/** One of each, in the order in which they are written. */
export const ENTRIES: readonly Entry[] = [
  (journal) => journal.searched(small(4)),
  (journal) => journal.found(ONE, 'corpus/né.yaml'),
  (journal) => journal.searched(small(0)),
  (journal) => journal.leftOut([1, 2, 3]),
  (journal) => journal.searched(small(2)),
];

/** What is there after so many of them. */
export function firstEntries(count: number): Entries {
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

/** The same of what a folder holds. */
export function entriesOf({ parts, found, leftOut }: StoredTarget): Entries {
  return { parts, found: [...found], leftOut };
}

/** A journal with all of them. */
export function written(): { place: string; bytes: Buffer } {
  const place = newFolder();
  const journal = open(place);
  for (const entry of ENTRIES) entry(journal);
  return { place, bytes: readFileSync(journalIn(place)) };
}

/** What went wrong, or nothing. */
export function failureOf(act: () => unknown): Error | undefined {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

/** Searches up to an iteration, and writes down each part, as a campaign does. */
export function search(place: string, until: number, compactAt: readonly number[] = []): TargetCampaign {
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

/** The campaign that goes on from what is stored. */
export function campaignFrom({ progress, parts }: StoredTarget, limit: number): TargetCampaign {
  const campaign = new TargetCampaign('scheme', limit, progress);
  for (const part of parts) campaign.add(part);
  while (campaign.endRound());
  return campaign;
}

/** That a campaign comes to what the plainest one does. */
export function comesTo(campaign: TargetCampaign, limit: number): void {
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
export const HALF = 336;
/** The end of all. */
export const ALL = 496;

/** A search with a snapshot in the middle of it, some parts and other lines after that, and all that is known. */
export function compacted(): { place: string } {
  const place = newFolder();
  search(place, HALF, [144]);
  const journal = open(place);
  journal.found(ONE, 'a.yaml');
  journal.leftOut([7, 7]);
  return { place };
}

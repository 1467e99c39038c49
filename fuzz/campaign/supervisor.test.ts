import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import {
  findingText,
  NUMBERS,
  naiveFindings,
  outcomeOf,
  RAW_FINDING,
  run,
  sessionOf,
} from '../../test/made-up-workers.ts';
import { divergenceNumber, naiveCampaign } from '../../test/naive-campaign.ts';
import type { SearchPart, StoredRawFinding } from './campaign-jobs.ts';
import { TargetCampaign } from './target-campaign.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];

describe('a campaign', () => {
  test('tells that a round is over once all that was new in it is found', async () => {
    const shown: number[] = [];
    const { rounds } = await run({
      kinds: ['scheme'],
      // The end of a round: one that is cut is no part of the progress.
      limit: 624,
      workers: 4,
      events: {
        roundEnded({ campaign }) {
          shown.push(campaign.progress.rounds);
        },
        found({ campaign }) {
          // The round that it was met in has been taken in, and is not told to be over.
          expect(campaign.progress.rounds).toBeGreaterThan(shown.at(-1) ?? 0);
        },
      },
    });
    const all = naiveCampaign('scheme', 624).rounds;
    expect(rounds).toEqual([all]);
    expect(shown).toEqual(Array.from({ length: all }, (_, at) => at + 1));
  });

  test('that is stopped makes findings of what it has met, and of nothing else', async () => {
    for (const seed of SEEDS) {
      const session = sessionOf({
        kinds: ['scheme', 'scheme'],
        workers: 3,
        seed,
        events: {
          searched() {
            if (session.searched === 12) session.supervisor.stop();
          },
        },
      });
      await session.supervisor.run();
      expect(session.supervisor.isStopped).toBe(true);
      for (const { index, campaign, known } of session.members) {
        const signatures = session.found[index]!.map((text) => text.split(' ')[0]!);
        expect([...known].sort()).toEqual(signatures.toSorted());
        for (const signature of campaign.hits.keys()) expect(signatures).toContain(signature);
        expect(campaign.counts.iterations).toBeLessThan(600);
      }
      expect(session.searched).toBeLessThanOrEqual(12 + 3);
    }
  });

  test('goes on after a stop with what was kept, and finds each signature once', async () => {
    const first = sessionOf({
      kinds: ['scheme'],
      events: {
        searched() {
          if (first.searched === 9) first.supervisor.stop();
        },
      },
    });
    await first.supervisor.run();
    const { campaign: before, known } = first.members[0]!;
    const campaign = new TargetCampaign('scheme', 600, before.progress);
    for (const part of before.openParts) campaign.add(part);
    const second = await run({ campaigns: [campaign], known: [...known] });
    expect(campaign.isDone).toBe(true);
    expect([...campaign.hits].sort()).toEqual(naiveCampaign('scheme', 600).hits);
    const signatures = [...first.found[0]!, ...second.found[0]!].map((text) => text.split(' ')[0]!);
    expect(new Set(signatures).size).toBe(signatures.length);
    for (const signature of campaign.hits.keys()) expect(signatures).toContain(signature);
  });

  test('that is given up counts nothing that was under way, and goes on as if it had not been', async () => {
    for (const seed of SEEDS) {
      const parts: SearchPart[] = [];
      const first = sessionOf({
        kinds: ['scheme'],
        workers: 3,
        seed,
        events: {
          searched(_, part) {
            parts.push(part);
            if (first.searched === 9) first.supervisor.giveUp();
          },
        },
      });
      await first.supervisor.run();
      expect(first.searched).toBe(9);
      expect(first.workerPool.underWay).toBe(0);
      const signatures = first.found[0]!.map((text) => text.split(' ')[0]!);
      // As the journal has them, which is told of no end of a round any more.
      const campaign = new TargetCampaign('scheme', 600);
      for (const part of parts) campaign.add(part);
      const second = await run({ campaigns: [campaign], known: signatures });
      expect(outcomeOf(second.members[0]!)).toMatchObject({
        counts: { iterations: 600 },
        hits: naiveCampaign('scheme', 600).hits,
      });
      const all = [...signatures, ...second.found[0]!.map((text) => text.split(' ')[0]!)];
      expect(new Set(all).size).toBe(all.length);
      for (const signature of campaign.hits.keys()) expect(all).toContain(signature);
    }
  });

  test('that is given up while it minimises keeps what is left, and does not end the round', async () => {
    const session = sessionOf({
      kinds: ['scheme'],
      workers: 2,
      mishap(job) {
        if (job.kind === 'minimize') session.supervisor.giveUp();
        return undefined;
      },
    });
    await session.supervisor.run();
    expect(session.left.length).toBeGreaterThan(0);
    expect(session.found).toEqual([[]]);
    for (const { divergence } of session.left)
      expect([...session.rawFindings[0]!]).toContain(signatureOf(divergence));
  });

  test('that is abandoned blames no program for the threads that it ends', async () => {
    const session = sessionOf({
      workers: 2,
      mishap: () => {
        session.supervisor.abandon();
        return { kind: 'died', how: 'exit code 1', current: undefined };
      },
    });
    await session.supervisor.run();
    expect(session.crashes).toEqual([]);
    expect(session.searched).toBe(0);
  });

  test('tells all findings of a round before the first of them', async () => {
    const made = new Set<string>();
    const { found } = await run({
      kinds: ['scheme'],
      events: {
        made(_, findings) {
          expect([...made]).toEqual([]);
          for (const finding of findings) made.add(findingText(finding));
        },
        found(_, finding) {
          expect(made.delete(findingText(finding))).toBe(true);
        },
      },
    });
    expect(made.size).toBe(0);
    expect(found[0]!.length).toBeGreaterThan(5);
  });

  test('that cannot tell them finds none, and takes no further round in', async () => {
    const session = sessionOf({
      events: {
        made() {
          throw new Error('the disk is full');
        },
      },
    });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.found).toEqual([[], []]);
    expect(session.rounds.reduce((sum, one) => sum + one, 0)).toBeLessThan(3);
  });

  test('leaves what it will meet again to the search, and makes findings of the rest at its end', async () => {
    const program = { start: 0, threads: [['inc']] };
    const rawFindingOf = (number: number) => ({
      divergence: divergenceNumber(number),
      program,
      by: 'random',
      iteration: 4711,
    });
    const undisturbed = naiveFindings('scheme', 60, new Set());
    const number = NUMBERS.findIndex(
      (signature) => !undisturbed.some((text) => text.startsWith(`${signature} `)),
    );
    const met = NUMBERS.indexOf(undisturbed.at(-1)!.split(' ')[0]!);
    const session = sessionOf({ kinds: ['scheme'], limit: 60 });
    await session.supervisor.run(new Map(), new Map([[0, [rawFindingOf(number), rawFindingOf(met)]]]));
    expect(session.found[0]!.slice(0, undisturbed.length)).toEqual(undisturbed);
    expect(session.found[0]![undisturbed.length]).toBe(`${NUMBERS[number]} from 4711`);
    expect(session.found[0]!.some((text) => text === `${NUMBERS[met]} from 4711`)).toBe(false);
  });

  test('makes findings of what an earlier one has left, first', async () => {
    const divergence = divergenceNumber(0);
    const left: StoredRawFinding = {
      divergence,
      program: { start: 0, threads: [['inc']] },
      by: 'random',
      iteration: 4711,
    };
    const session = sessionOf({ workers: 2 });
    await session.supervisor.run(new Map([[1, [left]]]));
    expect(session.found[1]!.slice(0, 2)).toEqual([
      `${NUMBERS[0]} from 4711`,
      `${NUMBERS[RAW_FINDING]} from 4711`,
    ]);
    expect(session.found[0]).toEqual(naiveFindings('scheme', 600, new Set()));
  });

  test('with nothing to search ends at once', async () => {
    expect((await run({ limit: 0 })).searched).toBe(0);
    expect((await run({ kinds: [] })).searched).toBe(0);
  });

  test('gives every target its turn', async () => {
    const turns: number[] = [];
    await run({
      kinds: ['scheme', 'scheme', 'scheme'],
      workers: 1,
      events: {
        searched({ index }) {
          turns.push(index);
        },
      },
    });
    // A round's worth of shards each.
    expect(turns.slice(0, 12)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });
});

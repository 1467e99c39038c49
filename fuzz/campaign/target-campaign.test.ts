import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import {
  divergenceNumber,
  madeUpPart,
  naiveCampaign,
  naiveShards,
  numbersSeen,
  type Outcome,
  storedTexts,
} from '../../test/naive-campaign.ts';
import type { SearchPart } from './campaign-jobs.ts';
import type { Kind } from './rounds.ts';
import { type Shard, TargetCampaign } from './target-campaign.ts';

/** What the caller of a campaign does next. */
interface Move {
  readonly kind: 'take' | 'finish' | 'finish a part' | 'give back' | 'end round';
  /** Which of the shards that are out. */
  readonly which: number;
}

const MOVE: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom(...(['take', 'take', 'finish', 'finish', 'give back', 'end round'] as const)),
  which: fc.nat(9),
});
const PARTING_MOVE: fc.Arbitrary<Move> = fc.oneof(
  MOVE,
  fc.record({ kind: fc.constant('finish a part' as const), which: fc.nat(9) }),
);
const moves = (move: fc.Arbitrary<Move>) => fc.array(move, { maxLength: 150 });

/** Runs the made-up search on a campaign: some moves first, then what is left in order. */
class Runner {
  readonly campaign: TargetCampaign;
  readonly rawFindings: string[][] = [];
  /** All that came back, in the order in which it did. */
  readonly parts: SearchPart[] = [];
  #out: Shard[] = [];

  constructor(campaign: TargetCampaign) {
    this.campaign = campaign;
  }

  play(list: readonly Move[]): this {
    for (const { kind, which } of list) {
      if (kind === 'take') this.#take();
      else if (kind === 'end round') this.endRounds();
      else if (this.#out.length > 0) this.#settle(which % this.#out.length, kind);
    }
    return this;
  }

  /** To the end of the campaign. */
  finish(): this {
    for (;;) {
      while (this.#out.length > 0) this.#settle(0, 'finish');
      this.endRounds();
      if (!this.#take()) break;
    }
    expect(this.campaign.isBusy).toBe(false);
    expect(this.campaign.hasNext).toBe(false);
    return this;
  }

  endRounds(): void {
    for (let news = this.campaign.endRound(); news; news = this.campaign.endRound()) {
      this.rawFindings.push(storedTexts(news));
    }
  }

  #take(): boolean {
    const { campaign } = this;
    const { hasNext } = campaign;
    const shard = campaign.next();
    expect(shard !== undefined, 'hasNext tells of a shard').toBe(hasNext);
    if (!shard) return false;
    expect(shard.to).toBeGreaterThan(shard.from);
    for (const { from, to } of [...this.#out, ...this.parts]) {
      expect(shard.to <= from || shard.from >= to, `${shard.from} is given out twice`).toBe(true);
    }
    this.#out.push(shard);
    expect(campaign.isBusy).toBe(true);
    return true;
  }

  #settle(which: number, kind: Move['kind']): void {
    const [shard] = this.#out.splice(which, 1) as [Shard];
    const { from, to, view } = shard;
    if (kind === 'give back') {
      this.campaign.giveBack(shard);
      return;
    }
    const end = kind === 'finish' ? to : from + Math.ceil((to - from) / 3);
    const part = madeUpPart(from, end, view);
    this.parts.push(part);
    this.campaign.add(part);
  }

  get outcome(): Outcome {
    const { counts, hits, nonTerminating } = this.campaign;
    return {
      counts: { ...counts },
      hits: [...hits].sort(),
      nonTerminating: [...nonTerminating],
      rawFindings: this.rawFindings,
      rounds: this.rawFindings.length,
      entries: this.campaign.pool.entries,
      seen: numbersSeen(this.campaign.pool.seen),
      effort: this.campaign.pool.effort,
      share: this.campaign.pool.view().share,
    };
  }
}

const kinds = fc.constantFrom<Kind>('scheme', 'scheme', 'counter');
const limits = fc.integer({ min: 1, max: 700 });

describe('a campaign comes to what a naive one comes to', () => {
  test.each([
    ['scheme', 0],
    ['scheme', 1],
    ['scheme', 16],
    ['scheme', 1000],
    ['counter', 256],
    ['counter', 9000],
  ] as const)('when a %s is searched in order, up to iteration %i', (kind, limit) => {
    const runner = new Runner(new TargetCampaign(kind, limit)).finish();
    expect(runner.outcome).toEqual(naiveCampaign(kind, limit));
    expect(runner.campaign.isDone).toBe(true);
  });

  test('in whatever order shards come back, are lost, and rounds are taken in', () => {
    fc.assert(
      fc.property(kinds, limits, moves(MOVE), (kind, limit, list) => {
        const runner = new Runner(new TargetCampaign(kind, limit)).play(list).finish();
        expect(runner.outcome).toEqual(naiveCampaign(kind, limit));
      }),
    );
  });

  // A part tells what it was first to show, and the rest of its shard knows nothing of that: more programs seem to bring
  // something new. That is the effort, and the share of later rounds follows from it; nothing else does.
  test('also when shards end early, but for the effort', () => {
    const untilMutation = fc.oneof(
      fc.record({ kind: fc.constant('scheme' as const), limit: fc.integer({ min: 1, max: 48 }) }),
      fc.record({ kind: fc.constant('counter' as const), limit: fc.integer({ min: 1, max: 768 }) }),
    );
    fc.assert(
      fc.property(untilMutation, moves(PARTING_MOVE), ({ kind, limit }, list) => {
        const runner = new Runner(new TargetCampaign(kind, limit)).play(list).finish();
        expect(comparable(runner.outcome)).toEqual(comparable(naiveCampaign(kind, limit)));
      }),
    );
  });
});

function comparable({ effort: _, share: __, ...rest }: Outcome) {
  return rest;
}

describe('a campaign goes on from its progress and open parts as if it had never stopped', () => {
  test('wherever it stops', () => {
    fc.assert(
      // The first limit ends a shard: a shard in two parts tells the effort otherwise.
      fc.property(kinds, fc.nat(19), limits, moves(MOVE), (kind, shards, more, list) => {
        const limit = endOfShard(kind, shards);
        const first = new Runner(new TargetCampaign(kind, limit)).play(list);
        first.endRounds();
        const second = resumed(kind, limit + more, first);
        second.finish();
        expect({ ...second.outcome, rawFindings: [] }).toEqual({
          ...naiveCampaign(kind, limit + more),
          rawFindings: [],
        });
      }),
    );
  });

  test('also when it had come to the end of a smaller limit, in the middle of a round', () => {
    const first = new Runner(new TargetCampaign('scheme', 37)).finish();
    expect(first.rawFindings.length).toBe(2);
    const second = resumed('scheme', 48, first).finish();
    expect(comparable(second.outcome)).toEqual(comparable(naiveCampaign('scheme', 48)));
  });

  test('without touching what it goes on from', () => {
    const first = new Runner(new TargetCampaign('scheme', 48)).finish();
    const before = structuredClone(first.outcome);
    resumed('scheme', 300, first).finish();
    expect(first.outcome).toEqual(before);
  });

  test('and under a smaller limit searches no more', () => {
    const first = new Runner(new TargetCampaign('scheme', 300)).finish();
    const { campaign } = resumed('scheme', 100, first);
    expect([campaign.isDone, campaign.hasNext]).toEqual([true, false]);
    expect(campaign.counts.iterations).toBe(300);
  });
});

/** Where the shard with that number ends. */
function endOfShard(kind: Kind, shard: number): number {
  return naiveShards(kind, Math.floor(shard / 4), Number.POSITIVE_INFINITY)[shard % 4]![1];
}

/** A campaign that knows what a state would keep of another one. */
function resumed(kind: Kind, limit: number, { campaign, rawFindings }: Runner): Runner {
  const next = new Runner(new TargetCampaign(kind, limit, campaign.progress));
  for (const part of campaign.openParts) next.campaign.add(part);
  next.rawFindings.push(...rawFindings.slice(0, campaign.progress.rounds));
  return next;
}

describe('a campaign', () => {
  const scheme = (limit: number) => new TargetCampaign('scheme', limit);

  test('gives out two rounds, and no more before the first is taken in', () => {
    const campaign = scheme(1000);
    const shards = Array.from({ length: 8 }, () => campaign.next()!);
    expect(shards.map(({ from, to }) => [from, to])).toEqual([
      ...[0, 4, 8, 12].map((from) => [from, from + 4]),
      ...[16, 24, 32, 40].map((from) => [from, from + 8]),
    ]);
    expect(campaign.next()).toBeUndefined();
    // The second round comes back first: that opens nothing.
    for (const { from, to, view } of shards.slice(4)) campaign.add(madeUpPart(from, to, view));
    expect([campaign.endRound(), campaign.hasNext]).toEqual([undefined, false]);
    for (const { from, to, view } of shards.slice(0, 4)) campaign.add(madeUpPart(from, to, view));
    expect(campaign.hasNext).toBe(false);
    expect(campaign.endRound()).toBeDefined();
    expect(campaign.next()).toMatchObject({ from: 48, to: 64 });
  });

  test('starts a round from what the rounds up to the last but one have shown', () => {
    const campaign = scheme(1000);
    const first: Shard[] = [];
    for (let round = 0; round < 5; round++) {
      const shards = Array.from({ length: 4 }, () => campaign.next()!);
      first.push(shards[0]!);
      for (const { from, to, view } of shards) campaign.add(madeUpPart(from, to, view));
      expect(campaign.endRound()).toBeDefined();
    }
    for (const [round, { from, view }] of first.entries()) {
      const { entries, seen, share } = naiveCampaign('scheme', round < 2 ? 0 : first[round - 1]!.from);
      expect(view.programs, `round ${round}`).toEqual(entries.map(({ program }) => program));
      expect(numbersSeen(view.seen)).toEqual(seen);
      expect(view.share).toBe(share);
      expect(from).toBe(first[round]!.from);
    }
  });

  test('gives a shard that was lost to the next who asks', () => {
    const campaign = scheme(1000);
    const shard = campaign.next()!;
    campaign.next();
    campaign.giveBack(shard);
    expect(campaign.next()).toEqual(shard);
  });

  test('gives out the rest of a shard that ended early', () => {
    const campaign = scheme(1000);
    const { from, view } = campaign.next()!;
    campaign.next();
    campaign.add(madeUpPart(from, 1, view));
    expect(campaign.next()).toMatchObject({ from: 1, to: 4 });
    campaign.add(madeUpPart(1, 3, view));
    expect(campaign.next()).toMatchObject({ from: 3, to: 4 });
    expect(campaign.next()).toMatchObject({ from: 8 });
  });

  test('takes no notice of a part of a round that it has taken in', () => {
    const { campaign, parts } = new Runner(scheme(16)).finish();
    const resumed = new TargetCampaign('scheme', 100, campaign.progress);
    for (const part of parts) resumed.add(part);
    expect(resumed.counts).toEqual(campaign.counts);
    expect(resumed.openParts).toEqual([]);
  });

  test('that ends now reports the raw findings of rounds that are not over, in the order of iterations', () => {
    const campaign = scheme(1000);
    const shards = Array.from({ length: 8 }, () => campaign.next()!);
    const parts = shards.map(({ from, to, view }) => madeUpPart(from, to, view));
    for (const at of [6, 1, 7, 3, 5, 2, 4]) campaign.add(parts[at]!);
    expect(campaign.endRound()).toBeUndefined();
    const all = storedTexts(parts.slice(1).flatMap(({ rawFindings }) => rawFindings));
    const isFirst = (text: string, at: number) =>
      all.findIndex((one) => one.split(' ')[0] === text.split(' ')[0]) === at;
    expect(all.length).toBeGreaterThan(all.filter(isFirst).length);
    expect(storedTexts(campaign.unfinished())).toEqual(all.filter(isFirst));
  });

  test('tells of each signature that a round met once, and first of the one that was met first', () => {
    const { rawFindings } = new Runner(scheme(700)).finish();
    for (const texts of rawFindings) {
      const signatures = texts.map((text) => text.split(' ')[0]);
      expect(new Set(signatures).size).toBe(signatures.length);
    }
    expect(rawFindings.flat().some((text) => text.startsWith(signatureOf(divergenceNumber(0))))).toBe(true);
  });

  test('with fewer programs in its pool has seen as much as before', () => {
    const { campaign } = new Runner(scheme(300)).finish();
    const kept = campaign.pool.entries.slice(0, 5);
    const { pool, next, ...rest } = campaign.withPool(kept);
    expect(pool.entries).toEqual(kept);
    expect(numbersSeen(pool.seen)).toEqual(numbersSeen(campaign.pool.seen));
    expect(pool.effort).toEqual(campaign.pool.effort);
    expect(next.programs).toEqual(kept.map(({ program }) => program));
    const { pool: _, next: __, ...before } = campaign.progress;
    expect(rest).toEqual(before);
  });
});

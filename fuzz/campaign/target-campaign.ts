import { signatureOf } from '../../oracles/divergence.ts';
import { type Effort, joinedEffort, NO_EFFORT, type Novel, Pool, type PoolView } from '../generate/pool.ts';
import { noCounts, type SearchCounts } from '../search/search.ts';
import { MOST_NON_TERMINATING } from '../search/target-search.ts';
import type { SearchPart, StoredRawFinding } from './campaign-jobs.ts';
import { type Kind, roundStart, shardSize } from './rounds.ts';

/** Iterations to be searched, and what the search starts from. */
export interface Shard {
  readonly from: number;
  readonly to: number;
  readonly view: PoolView;
}

/** What has been searched on a target, in full rounds: what a state keeps instead of the parts themselves. */
export interface Progress {
  /** Rounds that are over. */
  readonly rounds: number;
  readonly pool: Pick<Pool, 'entries' | 'effort'> & { readonly seen: Uint8Array };
  /** What the next round starts from. The one after it starts from the pool as it is. */
  readonly next: PoolView;
  readonly counts: SearchCounts;
  readonly hits: ReadonlyMap<string, number>;
  readonly nonTerminating: readonly string[];
}

/**
 * The campaign on one target: which iterations come next, and what all of them have shown. It neither runs anything nor
 * writes anything. Parts may come in any order; rounds are taken in one after the other, and what follows from them
 * depends on nothing but the target, the seed and the number of iterations.
 *
 *     rounds:     5 (complete but for one shard)   6 (two shards back)   7 (closed: it starts from what 5 learns)
 *     shards:     given out from 5, then from 6; when 5 is over 7 opens
 */
export class TargetCampaign {
  /** Everything so far, the parts of unfinished rounds as well. */
  readonly counts: SearchCounts = noCounts();
  readonly hits = new Map<string, number>();
  readonly #kind: Kind;
  readonly #limit: number;
  #pool = new Pool();
  /** What the rounds that may be under way start from, the oldest first. */
  #views: PoolView[];
  /** The oldest round that is not over. */
  #round = 0;
  /** Totals of the rounds that are over. */
  #over: Pick<Progress, 'counts' | 'hits' | 'nonTerminating'> = {
    counts: noCounts(),
    hits: new Map(),
    nonTerminating: [],
  };
  /** Parts of rounds that are not over, in the order of iterations. */
  #parts: SearchPart[] = [];
  /** The last round, if the limit cuts it: under a larger limit there is more of it to come, so a state keeps its parts. */
  #cut: { readonly progress: Progress; readonly parts: readonly SearchPart[] } | undefined;
  /**
   * Shards given out: by their first iteration, where they end. A shard whose first iterations came back leaves a gap
   * that begins later, so it is another shard.
   */
  readonly #given = new Map<number, number>();

  /** @param limit of iterations */
  constructor(kind: Kind, limit: number, progress?: Progress) {
    this.#kind = kind;
    this.#limit = limit;
    if (progress) {
      const { entries, seen, effort } = progress.pool;
      Object.assign(this.#pool, { entries: [...entries], seen: seen.slice(), effort });
      this.#round = progress.rounds;
      this.#over = progress;
      Object.assign(this.counts, progress.counts);
      for (const [signature, count] of progress.hits) this.hits.set(signature, count);
    }
    this.#views = [progress?.next ?? this.#pool.view(), this.#pool.view()];
  }

  get pool(): Pool {
    return this.#pool;
  }

  /** Ops met that do not return, as text: the first few, in the order of iterations. */
  get nonTerminating(): ReadonlySet<string> {
    return new Set(
      firstFew([
        ...this.#over.nonTerminating,
        ...this.#parts.flatMap(({ nonTerminating }) => nonTerminating),
      ]),
    );
  }

  /** Whether all iterations have been searched. */
  get isDone(): boolean {
    return this.counts.iterations >= this.#limit;
  }

  /** Whether shards are under way. */
  get isBusy(): boolean {
    return this.#given.size > 0;
  }

  /** Whether `next` has a shard. */
  get hasNext(): boolean {
    return this.#views.some((_, ahead) => this.#gapIn(this.#round + ahead) !== undefined);
  }

  /** A shard that nobody has; undefined when there is none as long as those given out are not back. */
  next(): Shard | undefined {
    for (const [ahead, view] of this.#views.entries()) {
      const gap = this.#gapIn(this.#round + ahead);
      if (!gap) continue;
      this.#given.set(gap.from, gap.to);
      return { ...gap, view };
    }
    return undefined;
  }

  /** A shard comes back with nothing done, or was lost. Its gap is offered again by `next`. */
  giveBack({ from }: Pick<Shard, 'from'>): void {
    this.#given.delete(from);
  }

  /**
   * A shard, or its first iterations, has been searched. A part of a round that is over is ignored: a journal that a
   * kill left beside its snapshot repeats some.
   */
  add(part: SearchPart): void {
    this.#given.delete(part.from);
    if (part.to <= this.#start(this.#round)) return;
    this.#parts.push(part);
    this.#parts.sort((one, other) => one.from - other.from);
    addCounts(this.counts, part.counts);
    addHits(this.hits, part.hits);
  }

  /** Takes in the oldest round, if all of it has been searched. @returns its raw findings in the order of iterations */
  endRound(): readonly StoredRawFinding[] | undefined {
    const end = this.#roundEnd(this.#round);
    const first = this.#start(this.#round);
    if (first >= this.#limit || this.#gaps(this.#round).length > 0) return undefined;
    const parts = this.#parts.filter(({ from }) => from < end);
    this.#parts = this.#parts.filter(({ from }) => from >= end);
    // Taken before the pool changes: a later session under a larger limit must start from what was before this round.
    if (this.#limit < this.#start(this.#round + 1)) this.#cut = { progress: fixed(this.progress), parts };
    const { counts, hits, nonTerminating } = this.#over;
    const over = {
      counts: { ...counts },
      hits: new Map(hits),
      nonTerminating: firstFew([...nonTerminating, ...parts.flatMap((part) => part.nonTerminating)]),
    };
    let effort: Effort = NO_EFFORT;
    for (const part of parts) {
      addCounts(over.counts, part.counts);
      addHits(over.hits, part.hits);
      this.#pool.merge(part.novel);
      effort = joinedEffort(effort, part.effort);
    }
    this.#over = over;
    this.#pool.endRound(effort);
    this.#views = [...this.#views.slice(1), this.#pool.view()];
    this.#round++;
    return firstOfEach(parts.flatMap(({ rawFindings }) => rawFindings));
  }

  /** The raw findings of rounds that are not over, for a campaign that ends now. */
  unfinished(): readonly StoredRawFinding[] {
    return firstOfEach(this.#parts.flatMap(({ rawFindings }) => rawFindings));
  }

  /**
   * For a state. Parts of rounds that are not over are no part of it. Live objects, not copies: write them before the
   * campaign continues.
   */
  get progress(): Progress {
    if (this.#cut) return this.#cut.progress;
    const { counts, hits, nonTerminating } = this.#over;
    return { counts, hits, nonTerminating, rounds: this.#round, pool: this.#pool, next: this.#views[0]! };
  }

  /**
   * What is left when the pool holds these programs only, with the same features. Features seen stay seen: otherwise
   * what the dropped programs showed would be news again, and fill the pool anew.
   */
  withPool(entries: readonly Novel[]): Progress {
    const pool = new Pool();
    pool.merge(entries);
    pool.seen.set(this.#pool.seen);
    pool.effort = this.#pool.effort;
    return { ...this.progress, pool, next: pool.view() };
  }

  /** What is left when the pool takes in programs of another campaign, and how many of them show something new. */
  withMore(entries: readonly Novel[]): { readonly progress: Progress; readonly taken: number } {
    const pool = new Pool();
    pool.merge(this.#pool.entries);
    pool.seen.set(this.#pool.seen);
    pool.effort = this.#pool.effort;
    const before = pool.entries.length;
    pool.merge(entries);
    return {
      progress: { ...this.progress, pool, next: pool.view() },
      taken: pool.entries.length - before,
    };
  }

  /** The parts that `progress` lacks. */
  get openParts(): readonly SearchPart[] {
    return [...(this.#cut?.parts ?? []), ...this.#parts];
  }

  #start(round: number): number {
    return roundStart(this.#kind, round);
  }

  #roundEnd(round: number): number {
    return Math.min(this.#limit, this.#start(round + 1));
  }

  #gapIn(round: number): Omit<Shard, 'view'> | undefined {
    return this.#gaps(round).find(({ from }) => !this.#given.has(from));
  }

  /**
   * What of a round's shards has not come back.
   *
   *     a scheme, round 0 (0 to 15, shards of 4), parts 0–4 and 8–10 are back: gaps 4–8, 10–12, 12–16
   */
  #gaps(round: number): Omit<Shard, 'view'>[] {
    const gaps: Omit<Shard, 'view'>[] = [];
    const end = this.#roundEnd(round);
    const size = shardSize(this.#kind, round);
    for (let shard = this.#start(round); shard < end; shard += size) {
      const shardEnd = Math.min(end, shard + size);
      let from = shard;
      for (const part of this.#parts) if (part.from === from) from = part.to;
      if (from < shardEnd) gaps.push({ from, to: shardEnd });
    }
    return gaps;
  }
}

/**
 * Progress that stays as it is while the campaign continues. Entries are never changed once they are in, so copying the
 * list is enough.
 */
function fixed(progress: Progress): Progress {
  const { entries, seen, effort } = progress.pool;
  return { ...progress, pool: { entries: [...entries], seen: seen.slice(), effort } };
}

function firstFew(nonTerminating: readonly string[]): string[] {
  return [...new Set(nonTerminating)].slice(0, MOST_NON_TERMINATING);
}

function addCounts(sum: SearchCounts, more: SearchCounts): void {
  for (const name of Object.keys(sum) as (keyof SearchCounts)[]) sum[name] += more[name];
}

function addHits(sum: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [signature, count] of Object.entries(more))
    sum.set(signature, (sum.get(signature) ?? 0) + count);
}

function firstOfEach(rawFindings: readonly StoredRawFinding[]): StoredRawFinding[] {
  const first = new Map<string, StoredRawFinding>();
  for (const one of rawFindings) {
    const signature = signatureOf(one.divergence);
    if (!first.has(signature)) first.set(signature, one);
  }
  return [...first.values()];
}

import type { SearchPart, StoredRawFinding } from '../fuzz/campaign/campaign-jobs.ts';
import type { Kind } from '../fuzz/campaign/rounds.ts';
import { FEATURES, SIGNATURE_FEATURES } from '../fuzz/generate/coverage.ts';
import type { Effort, Novel, PoolView } from '../fuzz/generate/pool.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { noCounts } from '../fuzz/search/search.ts';
import { BOUNDARIES } from '../oracles/boundary.ts';
import { type Divergence, JUDGEMENTS, signatureOf } from '../oracles/divergence.ts';

// A search that is made up, and the plainest way to run a campaign of it: iteration after iteration, on one thread.

/** The made-up search meets so many divergences. */
const DIVERGENCES = 24;

export function divergenceNumber(index: number): Divergence {
  const boundary = BOUNDARIES[index % BOUNDARIES.length]!;
  const judgement = JUDGEMENTS[Math.floor(index / BOUNDARIES.length) % JUDGEMENTS.length]!;
  return { op: 'inc', boundary, kind: 'value', judgement };
}

/**
 * Iterations `from` to `to - 1` of the made-up search. What they show depends on their numbers, on the view, and on what
 * the iterations before them in this part have shown: as with a true one.
 */
export function madeUpPart(from: number, to: number, view: PoolView): SearchPart {
  const seen = view.seen.slice();
  const counts = noCounts();
  const hits: Record<string, number> = {};
  const rawFindings: StoredRawFinding[] = [];
  const novel: Novel[] = [];
  const effort = { fresh: 0, freshNovel: 0, mutated: 0, mutatedNovel: 0 };
  const nonTerminating = new Set<string>();
  for (let iteration = from; iteration < to; iteration++) {
    const choices = new RandomChoices(7, iteration);
    const isMutated = view.programs.length > 0 && choices.below(16) < view.share;
    const features = Array.from({ length: 1 + choices.below(3) }, () => choices.below(400));
    if (isMutated) features.push(400 + ((view.programs.length + choices.below(8)) % 400));
    if (choices.below(12) === 0) {
      const divergence = divergenceNumber(choices.below(DIVERGENCES));
      const signature = signatureOf(divergence);
      features.push(SIGNATURE_FEATURES + choices.below(DIVERGENCES));
      const program = { start: iteration, threads: [['inc']] };
      if (hits[signature] === undefined) rawFindings.push({ divergence, program, by: 'random', iteration });
      hits[signature] = (hits[signature] ?? 0) + 1;
    }
    if (choices.below(20) === 0 && nonTerminating.size < 4)
      nonTerminating.add(`op ${choices.below(9)} never returns`);
    counts.iterations++;
    counts.programs++;
    counts.schedules += choices.below(13);
    counts.undecided += choices.below(2);
    const fresh = [...new Set(features)].filter((feature) => seen[feature] === 0);
    for (const feature of fresh) seen[feature] = 1;
    effort[isMutated ? 'mutated' : 'fresh']++;
    if (fresh.length === 0) continue;
    effort[isMutated ? 'mutatedNovel' : 'freshNovel']++;
    novel.push({ program: [iteration, view.programs.length], features: fresh });
  }
  return { from, to, counts, hits, rawFindings, novel, effort, nonTerminating: [...nonTerminating] };
}

/** What a campaign has come to, with nothing in it that depends on the order in which it was told. */
export interface Outcome {
  readonly counts: Readonly<Record<string, number>>;
  /** By signature, sorted. */
  readonly hits: readonly (readonly [signature: string, count: number])[];
  readonly nonTerminating: readonly string[];
  /** By full round: its first raw findings, by signature and iteration. */
  readonly rawFindings: readonly (readonly string[])[];
  readonly rounds: number;
  readonly entries: readonly Novel[];
  readonly seen: readonly number[];
  readonly effort: Effort;
  readonly share: number;
}

export function storedTexts(rawFindings: readonly StoredRawFinding[]): string[] {
  return rawFindings.map(({ divergence, iteration }) => `${signatureOf(divergence)} in ${iteration}`);
}

export function numbersSeen(seen: Uint8Array): number[] {
  return [...seen.keys()].filter((feature) => seen[feature] === 1);
}

/** Iterations of a shard, round after round; the last one stands for all that follow. */
const SHARD: Readonly<Record<Kind, readonly number[]>> = {
  counter: [64, 128, 256, 512, 1024],
  scheme: [4, 8, 16, 32],
};

/** All shards of a round, the last one cut at the limit. */
export function naiveShards(kind: Kind, round: number, limit: number): [from: number, to: number][] {
  const sizeIn = (one: number) => SHARD[kind][Math.min(one, SHARD[kind].length - 1)]!;
  let start = 0;
  for (let one = 0; one < round; one++) start += 4 * sizeIn(one);
  return [0, 1, 2, 3]
    .map((shard): [number, number] => {
      const from = start + shard * sizeIn(round);
      return [from, Math.min(limit, from + sizeIn(round))];
    })
    .filter(([from, to]) => from < to);
}

/** What a pool has come to after each round. */
interface Learnt {
  readonly entries: readonly Novel[];
  readonly seen: ReadonlySet<number>;
  readonly effort: Effort;
}

const NOTHING: Learnt = {
  entries: [],
  seen: new Set(),
  effort: { fresh: 0, freshNovel: 0, mutated: 0, mutatedNovel: 0 },
};

/** The whole campaign up to its limit, a shard after the other. */
export function naiveCampaign(kind: Kind, limit: number): Outcome {
  const learnt: Learnt[] = [];
  const parts: SearchPart[] = [];
  const rawFindings: string[][] = [];
  for (let round = 0; ; round++) {
    const shards = naiveShards(kind, round, limit);
    if (shards.length === 0) break;
    const view = naiveView(learnt[round - 2] ?? NOTHING);
    const own = shards.map(([from, to]) => madeUpPart(from, to, view));
    const first = new Map<string, string>();
    for (const text of own.flatMap(({ rawFindings }) => storedTexts(rawFindings))) {
      const signature = text.split(' ')[0]!;
      if (!first.has(signature)) first.set(signature, text);
    }
    rawFindings.push([...first.values()]);
    learnt.push(naiveMerge(learnt[round - 1] ?? NOTHING, own));
    parts.push(...own);
  }
  const { entries, seen, effort } = learnt.at(-1) ?? NOTHING;
  const hits = new Map<string, number>();
  const counts: Record<string, number> = { ...noCounts() };
  for (const part of parts) {
    for (const [signature, count] of Object.entries(part.hits))
      hits.set(signature, (hits.get(signature) ?? 0) + count);
    for (const [name, count] of Object.entries(part.counts)) counts[name]! += count;
  }
  return {
    counts,
    hits: [...hits].sort(),
    nonTerminating: [...new Set(parts.flatMap((part) => part.nonTerminating))].slice(0, 4),
    rawFindings,
    rounds: learnt.length,
    entries,
    seen: [...seen].sort((one, other) => one - other),
    effort,
    share: naiveShare(effort),
  };
}

function naiveMerge(before: Learnt, parts: readonly SearchPart[]): Learnt {
  const seen = new Set(before.seen);
  const entries = [...before.entries];
  for (const { program, features } of parts.flatMap(({ novel }) => novel)) {
    const news = features.filter((feature) => !seen.has(feature));
    for (const feature of news) seen.add(feature);
    if (news.length > 0) entries.push({ program, features: news });
  }
  const sum = (name: keyof Effort) => parts.reduce((total, { effort }) => total + effort[name], 0);
  const faded = (name: keyof Effort) => before.effort[name] * 0.9 + sum(name);
  const effort = {
    fresh: faded('fresh'),
    freshNovel: faded('freshNovel'),
    mutated: faded('mutated'),
    mutatedNovel: faded('mutatedNovel'),
  };
  return { entries, seen, effort };
}

/** What a round starts from. */
function naiveView({ entries, seen, effort }: Learnt): PoolView {
  const bytes = new Uint8Array(FEATURES);
  for (const feature of seen) bytes[feature] = 1;
  const withSignature = [...entries.keys()].filter((at) =>
    entries[at]!.features.some((feature) => feature >= SIGNATURE_FEATURES),
  );
  return {
    seen: bytes,
    programs: entries.map(({ program }) => program),
    withSignature,
    share: naiveShare(effort),
  };
}

/** Sixteenths: the part of mutated programs in what an iteration of each kind brings, but two at least and twelve at most. */
export function naiveShare({ fresh, freshNovel, mutated, mutatedNovel }: Effort): number {
  const ofFresh = (freshNovel + 1) / (fresh + 1);
  const ofMutated = (mutatedNovel + 1) / (mutated + 1);
  return Math.min(12, Math.max(2, Math.round((16 * ofMutated) / (ofMutated + ofFresh))));
}

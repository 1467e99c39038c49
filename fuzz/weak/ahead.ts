/**
 * What a thread may still do in a program that has to do with views. Sets of words with a history and of carriers are integers, a
 * bit each. Behind the carriers come two things that are taken likewise: the view that full barriers go through (`global`), and
 * what the thread itself has read and not acquired (`read`).
 *
 * What a thread knows of a word is of no use to it any more once it has written the word itself. So what counts of a word is what
 * it does *before* it writes it for certain.
 *
 *     put: smp_mb · fetch_sub count, relaxed · lookup: load count …
 *         live: nothing, as it writes the count before it reads it; takes: global, count; behind the taking: nothing
 */
export interface Ahead {
  /** Words of which it may read an older write, before it has written them. */
  readonly live: number;
  /** Words that it may write. */
  readonly writes: number;
  /** What it may come to know or read. */
  readonly takes: number;
  /** Carriers that it may hand on to what its last fence ordered. */
  readonly relaxed: number;
  /** Carriers that it may hand on to all that it knows and has read; and by word those before it has written that. */
  readonly releases: number;
  readonly releasesOf: readonly number[];
  /** Words that it may read and then, in the same op, write another by what it has read. */
  readonly told: number;
  /** Words that the op under way may write so. */
  readonly depends: number;
  /** Words that it may change by what it has read; and those of them that it may read again. */
  readonly sums: number;
  readonly retakes: number;
  /** A bit for each of `May`. */
  readonly flags: number;
  /** By what it takes: the words that are live behind that; and then by word the carriers that it may hand on to. */
  readonly liveAfter: readonly number[];
  readonly outAfter: readonly (readonly number[])[];
}

/** What else a thread may still do. */
export const May = {
  /** Passes a fence that orders writes alone. */
  ORDER_WRITES: 1,
  /** Passes a full barrier. */
  PASS_BARRIER: 2,
  /** Takes a lock. */
  LOCK: 4,
  /** Begins a grace period, or queues what runs later. */
  QUEUE: 8,
} as const;

/** More words than are kept account of have no place here. */
export const MOST_WORDS = 7;
/** More than there are carriers, with what comes behind them. */
const MOST_TAKEN = 32;

const NO_WORDS = new Array<number>(MOST_WORDS).fill(0);

/** Nothing is left. */
export const NOTHING_AHEAD: Ahead = {
  live: 0,
  writes: 0,
  takes: 0,
  relaxed: 0,
  releases: 0,
  releasesOf: NO_WORDS,
  told: 0,
  depends: 0,
  sums: 0,
  retakes: 0,
  flags: 0,
  liveAfter: new Array<number>(MOST_TAKEN).fill(0),
  outAfter: new Array<readonly number[]>(MOST_TAKEN).fill(NO_WORDS),
};

/** One thing that a thread does at once: what it does behind that comes from `inTurn`. */
export type Deed = Pick<
  Ahead,
  'live' | 'writes' | 'takes' | 'relaxed' | 'releases' | 'depends' | 'sums' | 'flags'
> & {
  /** Words that it writes, so that nothing that it knows of them by then counts. */
  readonly kills: number;
};

/** Nothing that has to do with views. */
export const NO_DEED: Deed = {
  live: 0,
  kills: 0,
  writes: 0,
  takes: 0,
  relaxed: 0,
  releases: 0,
  depends: 0,
  sums: 0,
  flags: 0,
};

/** What one or the other may do. */
export function either(one: Ahead, other: Ahead): Ahead {
  return {
    live: one.live | other.live,
    writes: one.writes | other.writes,
    takes: one.takes | other.takes,
    relaxed: one.relaxed | other.relaxed,
    releases: one.releases | other.releases,
    releasesOf: union(one.releasesOf, other.releasesOf),
    told: one.told | other.told,
    depends: one.depends | other.depends,
    sums: one.sums | other.sums,
    retakes: one.retakes | other.retakes,
    flags: one.flags | other.flags,
    liveAfter: union(one.liveAfter, other.liveAfter),
    outAfter: one.outAfter.map((sets, at) => union(sets, other.outAfter[at]!)),
  };
}

/** Set by set. What is the same array is left as it is: most of what is joined is empty. */
function union(one: readonly number[], other: readonly number[]): readonly number[] {
  if (one === other) return one;
  return one.map((set, at) => set | other[at]!);
}

/** What who does the one and then the other may do. */
export function inTurn(deed: Deed, then: Ahead): Ahead {
  const isTaken = (at: number) => ((deed.takes >> at) & 1) === 1;
  const left = then.live & ~deed.kills;
  const releasesOf = then.releasesOf.map((set, word) =>
    (deed.kills >> word) & 1 ? deed.releases : set | deed.releases,
  );
  const relaxed = then.relaxed | deed.relaxed;
  const out = releasesOf.map((set, word) => relaxed | ((deed.kills >> word) & 1 ? 0 : set));
  return {
    live: deed.live | left,
    writes: deed.writes | then.writes,
    takes: deed.takes | then.takes,
    relaxed,
    releases: deed.releases | then.releases,
    releasesOf,
    told: then.told | (then.depends !== 0 ? deed.takes : 0),
    depends: deed.depends | then.depends,
    sums: deed.sums | then.sums,
    retakes: then.retakes | (deed.sums & then.takes),
    flags: deed.flags | then.flags,
    liveAfter: then.liveAfter.map((words, at) => (isTaken(at) ? words | left : words)),
    outAfter: then.outAfter.map((sets, at) => (isTaken(at) ? union(sets, out) : sets)),
  };
}

/** The same of ops that come later than the one under way. */
export function inLaterOp(ahead: Ahead): Ahead {
  return { ...ahead, depends: 0 };
}

/** Whether two are equal. */
export function isSame(one: Ahead, other: Ahead): boolean {
  if (one === other) return true;
  const isNumberSame =
    one.live === other.live &&
    one.writes === other.writes &&
    one.takes === other.takes &&
    one.relaxed === other.relaxed &&
    one.releases === other.releases &&
    one.told === other.told &&
    one.depends === other.depends &&
    one.sums === other.sums &&
    one.retakes === other.retakes &&
    one.flags === other.flags;
  if (!isNumberSame || !isEach(one.releasesOf, other.releasesOf)) return false;
  return (
    isEach(one.liveAfter, other.liveAfter) &&
    one.outAfter.every((sets, at) => isEach(sets, other.outAfter[at]!))
  );
}

/** Whether sets are equal one by one. */
function isEach(one: readonly number[], other: readonly number[]): boolean {
  return one === other || one.every((set, at) => set === other[at]);
}

/** Equal texts are equal. */
export function aheadText(ahead: Ahead): string {
  const { live, writes, takes, relaxed, releases, told, depends, sums, retakes, flags } = ahead;
  const sets = [live, writes, takes, relaxed, releases, told, depends, sums, retakes, flags];
  return [...sets, ...ahead.releasesOf, ...ahead.liveAfter, ...ahead.outAfter.flat()].join(' ');
}

/**
 * What a thread may still do in a program that has to do with views: of what it has left, in any order. Sets of words with a
 * history and of carriers are integers, a bit each; the carrier behind all others stands for the view of full barriers.
 *
 *     lookup: load list · load count · cmpxchg count, full     weak: list, count · takes: both, barriers · releases: count, barriers
 */
export interface Ahead {
  /** Words of which it may read an older write. */
  readonly weak: number;
  /** Carriers whose views it may come to know or read. */
  readonly takes: number;
  /** Carriers that it may hand on to what its last fence ordered. */
  readonly relaxed: number;
  /** Carriers that it may hand on to all that it knows and has read. */
  readonly releases: number;
  /** Words that it may read and then, in the same op, write another by what it has read. */
  readonly told: number;
  /** Words that the op under way may write. */
  readonly depends: number;
  /** A bit for each of `May`. */
  readonly flags: number;
}

/** What a thread may still do. */
export const May = {
  /** Acquires what it has read: by a fence. */
  ACQUIRE: 1,
  /** Passes a fence that orders writes alone. */
  ORDER_WRITES: 2,
  /** Passes a full barrier. */
  PASS_BARRIER: 4,
  /** Takes a lock. */
  LOCK: 8,
  /** Frees the object; in the op under way. */
  FREE: 16,
  FREE_NOW: 32,
  /** Begins a grace period, or queues what runs later. */
  QUEUE: 64,
  /** Writes what it computes from what it has read. */
  COMPUTE: 128,
} as const;

/** Nothing is left. */
export const NOTHING_AHEAD: Ahead = {
  weak: 0,
  takes: 0,
  relaxed: 0,
  releases: 0,
  told: 0,
  depends: 0,
  flags: 0,
};

/** What one or the other may do. */
export function either(one: Ahead, other: Ahead): Ahead {
  return {
    weak: one.weak | other.weak,
    takes: one.takes | other.takes,
    relaxed: one.relaxed | other.relaxed,
    releases: one.releases | other.releases,
    told: one.told | other.told,
    depends: one.depends | other.depends,
    flags: one.flags | other.flags,
  };
}

/** The same of ops that come later than the one under way. */
export function inLaterOp(ahead: Ahead): Ahead {
  return { ...ahead, depends: 0, flags: ahead.flags & ~May.FREE_NOW };
}

/** Equal texts are equal. */
export function aheadText({ weak, takes, relaxed, releases, told, depends, flags }: Ahead): string {
  return `${weak} ${takes} ${relaxed} ${releases} ${told} ${depends} ${flags}`;
}

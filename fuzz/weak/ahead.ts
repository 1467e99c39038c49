/**
 * What a thread may still do in a program that has to do with views. Sets of words with a history and of carriers are integers, a
 * bit each. Behind the carriers come two things that are taken likewise: the view that full barriers go through (`global`), and
 * what the thread itself has read and not acquired.
 *
 *     lookup: load list · load count · cmpxchg count, full
 *         weak: list, count; releases: count, global; behind the taking of list: weak is count
 */
export interface Ahead {
  /** Words of which it may read an older write. */
  readonly weak: number;
  /** What it may come to know or read. */
  readonly takes: number;
  /** Carriers that it may hand on to what its last fence ordered. */
  readonly relaxed: number;
  /** Carriers that it may hand on to all that it knows and has read. */
  readonly releases: number;
  /** Words that it may read and then, in the same op, write another by what it has read. */
  readonly told: number;
  /** Words that the op under way may write so. */
  readonly depends: number;
  /** Words that it may change by what it has read; and those of them that it may read again. */
  readonly sums: number;
  readonly retakes: number;
  /** A bit for each of `May`. */
  readonly flags: number;
  /** By what it takes: the words of which it may read an older write behind that, and what it may hand on to. */
  readonly weakAfter: readonly number[];
  readonly outAfter: readonly number[];
}

/** What else a thread may still do. */
export const May = {
  /** Passes a fence that orders writes alone. */
  ORDER_WRITES: 1,
  /** Passes a full barrier. */
  PASS_BARRIER: 2,
  /** Takes a lock. */
  LOCK: 4,
  /** Frees the object; in the op under way. */
  FREE: 8,
  FREE_NOW: 16,
  /** Begins a grace period, or queues what runs later. */
  QUEUE: 32,
} as const;

const NONE = new Array<number>(32).fill(0);

/** Nothing is left. */
export const NOTHING_AHEAD: Ahead = {
  weak: 0,
  takes: 0,
  relaxed: 0,
  releases: 0,
  told: 0,
  depends: 0,
  sums: 0,
  retakes: 0,
  flags: 0,
  weakAfter: NONE,
  outAfter: NONE,
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
    sums: one.sums | other.sums,
    retakes: one.retakes | other.retakes,
    flags: one.flags | other.flags,
    weakAfter: one.weakAfter.map((words, at) => words | other.weakAfter[at]!),
    outAfter: one.outAfter.map((carriers, at) => carriers | other.outAfter[at]!),
  };
}

/** What who does the one and then the other may do. */
export function inTurn(first: Ahead, then: Ahead): Ahead {
  const both = either(first, then);
  const out = then.relaxed | then.releases;
  return {
    ...both,
    told: both.told | (then.depends !== 0 ? first.takes : 0),
    retakes: both.retakes | (first.sums & then.takes),
    weakAfter: both.weakAfter.map((words, at) => ((first.takes >> at) & 1 ? words | then.weak : words)),
    outAfter: both.outAfter.map((carriers, at) => ((first.takes >> at) & 1 ? carriers | out : carriers)),
  };
}

/** The same of ops that come later than the one under way. */
export function inLaterOp(ahead: Ahead): Ahead {
  return { ...ahead, depends: 0, flags: ahead.flags & ~May.FREE_NOW };
}

/** Equal texts are equal. */
export function aheadText(ahead: Ahead): string {
  const { weak, takes, relaxed, releases, told, depends, sums, retakes, flags } = ahead;
  const sets = [weak, takes, relaxed, releases, told, depends, sums, retakes, flags];
  return [...sets, ...ahead.weakAfter, ...ahead.outAfter].join(' ');
}

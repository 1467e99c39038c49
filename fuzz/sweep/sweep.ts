import { InputError } from '../../targets/subject/input-error.ts';
import type { Harness } from '../run/harness.ts';
import {
  type Both,
  countFitting,
  observe,
  type Runner,
  runnerOf,
  type Seen,
  type Steps,
} from './sweep-loop.ts';

/** The last old value, and how many there are. Old values are unsigned here: 0 to 0xFFFFFFFF. */
export const LAST_VALUE = 0xffffffff;
/** How many values a word has. */
export const ALL_VALUES = 2 ** 32;

/** A run of old values on which each part of a pair either stays, or grows by one with the old value. */
export interface Segment {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
  /** What was seen at `from`. */
  readonly first: Both<Seen>;
  /** Absent for a single value: nothing tells yet which of its parts grow. */
  readonly steps: Steps | undefined;
}

/** A block short enough that V8 comes back often to the entry of its best code. */
const BLOCK = 1 << 20;
/**
 * An op with more has no ranges worth listing: a hash, say. The limit is for each chunk, so such an op fails within its
 * first chunk and not after minutes.
 */
const MOST_SEGMENTS = 4096;

/**
 * Runs one call on both sides from every old value of `from` to `to`, and divides them into segments.
 *
 * Segments are greedy: in unsigned order, the present one takes each value that fits. The first two values of a segment
 * settle how it goes on: a word that stays does not grow. So there is one way to divide a range, whatever pieces it is
 * swept in; `mergeSegments` makes up for the cuts between them. `inc` of refcount/v5.5, with its result and warnings
 * left out, has three of them:
 *
 *     0x00000000              → 0xC0000000     saturated, for there was nothing to take a reference of
 *     0x00000001 - 0x7ffffffe → old + 1        a word that grows with the old value
 *     0x7fffffff - 0xffffffff → 0xC0000000     a word that stays
 *
 * @throws InputError when the call behaves differently at too many values to speak of ranges
 */
export function sweepChunk(harness: Harness, call: number, from: number, to: number): Segment[] {
  const runner = runnerOf(harness, call);
  const segments: Segment[] = [];
  for (let at = from; at <= to; at = segments.at(-1)!.to + 1) {
    segments.push(segmentFrom(runner, at, to));
    if (segments.length > MOST_SEGMENTS) {
      throw new InputError(
        runner.place,
        `${runner.call} behaves differently at more than ${MOST_SEGMENTS} places; a sweep is for ops whose behaviour comes in ranges`,
      );
    }
  }
  return segments;
}

/**
 * The longest segment that begins at `from`. Blocks are only stopping places for V8: a segment runs through as many as
 * it fits.
 */
function segmentFrom(runner: Runner, from: number, last: number): Segment {
  const first = observe(runner, from | 0);
  const steps = from < last ? stepsBetween(first, observe(runner, (from + 1) | 0)) : undefined;
  if (!steps) return { from, to: from, first, steps };
  // The second value runs again, in the loop: so the loop alone sees every value but the first.
  for (let next = from + 1; next <= last; ) {
    const count = Math.min(BLOCK, last - next + 1);
    const expected = pairAt({ from, to: last, first, steps }, next);
    const fitting = countFitting(runner, expected, steps, next | 0, count);
    next += fitting;
    if (fitting < count) {
      if (next === from + 1) throw new InputError(runner.place, `${runner.call} is not deterministic`);
      return { from, to: next - 1, first, steps };
    }
  }
  return { from, to: last, first, steps };
}

/**
 * What a segment says of one of its values. `old` is unsigned and need not have been run: this is the prediction that
 * the loop checks.
 */
export function pairAt({ from, first, steps }: Segment, old: number): Both<Seen> {
  const grow = (side: 0 | 1): Seen => {
    const { value, result, warnings } = first[side];
    if (!steps) return first[side];
    // Up to 2^32 - 1, and exact: the sum has at most 33 bits before `| 0` folds it.
    const by = old - from;
    return {
      value: (value + steps.words[side] * by) | 0,
      result: typeof result === 'number' ? (result + steps.results[side] * by) | 0 : result,
      warnings,
    };
  };
  return [grow(0), grow(1)];
}

/** How a pair goes on to that of the next old value. @returns undefined where a part neither stays nor grows by one */
export function stepsBetween(one: Both<Seen>, next: Both<Seen>): Steps | undefined {
  const word0 = stepOf(one[0].value, next[0].value);
  const word1 = stepOf(one[1].value, next[1].value);
  const result0 = stepOf(one[0].result, next[0].result);
  const result1 = stepOf(one[1].result, next[1].result);
  if (word0 === undefined || word1 === undefined || result0 === undefined || result1 === undefined)
    return undefined;
  if (!sameTexts(one[0], next[0]) || !sameTexts(one[1], next[1])) return undefined;
  return { words: [word0, word1], results: [result0, result1] };
}

/**
 * By how much a part of what was seen grows: not at all, or by one; undefined for anything else. INT_MAX to INT_MIN is
 * a step of one: a word that wraps stays in its segment.
 */
function stepOf(one: Seen['result'], next: Seen['result']): 0 | 1 | undefined {
  if (one === next) return 0;
  return typeof one === 'number' && typeof next === 'number' && next === ((one + 1) | 0) ? 1 : undefined;
}

function sameTexts(one: Seen, next: Seen): boolean {
  return (
    one.warnings.length === next.warnings.length &&
    one.warnings.every((text, at) => text === next.warnings[at])
  );
}

/** Whether two segments go on alike. */
export function sameSteps(one: Steps, other: Steps): boolean {
  return ([0, 1] as const).every(
    (side) => one.words[side] === other.words[side] && one.results[side] === other.results[side],
  );
}

/**
 * Joins the segments of neighbouring chunks to those that one pass would have found.
 *
 * It is that pass again, over whole segments. A chunk that begins in the middle of something may have divided it
 * otherwise: where one pass has 0-3 | 4-6, a chunk from 3 on can begin with 3-6, for 3 and 4 happen to fit each other
 * too. So the present segment takes from the next what fits: all of it, or its first value, or nothing.
 *
 * @param segments in order, without a gap
 */
export function mergeSegments(segments: Iterable<Segment>): Segment[] {
  const merged: Segment[] = [];
  let present: Segment | undefined;
  for (const segment of segments) {
    let rest: Segment | undefined = segment;
    while (present && rest) {
      if (rest.from !== present.to + 1) throw new Error('internal: segments with a gap between them');
      const taken = fittingPart(present, rest);
      if (!taken) break;
      present = { ...present, to: taken.to, steps: taken.steps };
      rest = behind(rest, taken.to);
    }
    if (!rest) continue;
    if (present) merged.push(present);
    present = rest;
  }
  if (present) merged.push(present);
  return merged;
}

/**
 * How far `present` reaches into the segment behind it, and what it then looks like. A single value has no steps yet,
 * and takes those of the first value behind it, as the pass would.
 */
function fittingPart(present: Segment, next: Segment): { to: number; steps: Steps } | undefined {
  const steps = stepsBetween(pairAt(present, present.to), next.first);
  if (!steps || (present.steps && !sameSteps(present.steps, steps))) return undefined;
  const takesAll = next.steps !== undefined && sameSteps(next.steps, steps);
  return { to: takesAll ? next.to : next.from, steps };
}

/** What is left of a segment when its values up to `last` are taken; a single value has no steps again. */
function behind(segment: Segment, last: number): Segment | undefined {
  if (segment.to === last) return undefined;
  const from = last + 1;
  const steps = from === segment.to ? undefined : segment.steps;
  return { from, to: segment.to, first: pairAt(segment, from), steps };
}

/** A part of the old values. Unsigned, inclusive. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** A tenth of a second of work, or a few: so long an interrupt waits. */
const CHUNK = 2 ** 25;
/** Around the places where behaviour changes. */
const EDGE = 4096;

/**
 * Cuts the old values into groups of chunks, each for threads of its own that have run nothing else.
 *
 * V8 compiles the loop for what it has met. While it has only met positive values, the code behind the checks is
 * left out, and the loop runs two to three times as fast (measured: `inc` of refcount/v5.5, 410 against 150 million pairs
 * a second). So both halves are groups, and in each the values around 0, INT_MIN and the saturation values, where
 * the exceptions are, come last.
 */
export function sweepPlan(from: number, to: number, special: readonly number[]): Chunk[][] {
  const half = ALL_VALUES / 2;
  return [
    { from, to: Math.min(to, half - 1) },
    { from: Math.max(from, half), to },
  ]
    .filter((part) => part.from <= part.to)
    .map((part) => chunksOf(part, special));
}

/**
 * A chunk ends before every cut, so none lies partly near a place, and its first value tells where it belongs.
 *
 *     the lower half, calm:  4096 to 4096 + 2^25 - 1, …, the last to 2^31 - 4097
 *     then its edges:        0 to 4095, 2^31 - 4096 to 2^31 - 1
 */
function chunksOf(part: Chunk, special: readonly number[]): Chunk[] {
  const calm: Chunk[] = [];
  const edges: Chunk[] = [];
  const places = [0, ALL_VALUES / 2, ALL_VALUES, ...special.map((value) => value >>> 0)];
  const isNear = (value: number) => places.some((place) => value >= place - EDGE && value < place + EDGE);
  const cuts = places.flatMap((place) => [place - EDGE, place + EDGE]).sort((one, other) => one - other);
  for (let at = part.from; at <= part.to; ) {
    const cut = cuts.find((place) => place > at) ?? Number.POSITIVE_INFINITY;
    const end = Math.min(part.to, cut - 1, at + CHUNK - 1);
    (isNear(at) ? edges : calm).push({ from: at, to: end });
    at = end + 1;
  }
  return [...calm, ...edges];
}

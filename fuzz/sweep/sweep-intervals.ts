import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { areSameTexts } from '../../oracles/lockstep.ts';
import type { Fault } from '../../targets/subject/subject.ts';
import { comparePair } from '../judge/lockstep.ts';
import type { Harness } from '../run/harness.ts';
import { pairAt, type Segment, sameSteps, stepsBetween } from './sweep.ts';
import type { Seen } from './sweep-loop.ts';

/** A number as a function of the old value: `old + by`, modulo 2^32, or the constant `by`. Signed 32 bits. */
export interface Rule {
  readonly kind: 'offset' | 'constant';
  readonly by: number;
}

/**
 * The old value may be signed or unsigned: modulo 2^32 it is the same.
 *
 * @returns a signed 32-bit integer
 */
export function ruleAt({ kind, by }: Rule, old: number): number {
  return kind === 'constant' ? by : (old + by) | 0;
}

/** What one side does to every old value of a range. */
export interface SideBehaviour {
  readonly word: Rule;
  /** Nothing, an answer, a fault, or a number by its rule. */
  readonly result: undefined | boolean | Fault | Rule;
  readonly warnings: readonly string[];
}

/** Old values, unsigned and inclusive, on which both sides behave alike and differ from each other alike. */
export interface Interval {
  readonly call: string;
  readonly from: number;
  readonly to: number;
  readonly reference: SideBehaviour;
  readonly subject: SideBehaviour;
  readonly divergences: readonly Divergence[];
  /** Of the divergences; empty where both sides agree. */
  readonly signatures: readonly string[];
}

/**
 * Judges segments, and cuts them where the judgement changes.
 *
 * Within a segment both sides are known: each word and each answer is `old + d` or a constant. Whatever
 * `comparePair` asks of a value there is a comparison between two of these: constants (0, 1, -1, the ends of the
 * integers, the saturation values, the op's arguments, the constants of the segment) and `old + d`, where d is 0, 1,
 * an argument, or an offset of the segment, with either sign. `old + d` meets a constant c at `c - d` only, and
 * passes an end of the integers, signed or unsigned, at `INT_MIN - d` or `0 - d` only; two of the form
 * `old + d` keep their distance in between. So no answer changes except at one of these `c - d`, or right beside it. Each
 * of them, with both neighbours, is judged by itself; one value judges each gap between them. That is exact, where
 * bisection would have to hope that nothing changes and changes back.
 *
 * @param segments of one call, as `mergeSegments` gives them
 */
export function intervalsOf(harness: Harness, call: number, segments: readonly Segment[]): Interval[] {
  return withoutChancePairs(segments).flatMap((segment) => {
    const points = criticalPoints(harness, call, segment);
    const parts = cutAt(segment.from, segment.to, points).map(({ from, to }) => ({
      from,
      to,
      divergences: judgeAt(harness, call, segment, from),
    }));
    const [reference, subject] = [behaviourOf(segment, 0), behaviourOf(segment, 1)];
    return joined(parts).map(({ from, to, divergences }) => ({
      call: harness.alphabet.format(call),
      from,
      to,
      reference,
      subject,
      divergences,
      signatures: divergences.map(signatureOf),
    }));
  });
}

/**
 * Two values that stay the same may do so by chance: `dec_not_one` leaves 0xC0000000 alone, and brings 0xC0000001
 * there, as it brings every value above it one down. The second of a pair goes to the segment behind it if it fits.
 *
 * Without it a table would list a range of two values that no reader of the code finds there. A pair that its successor
 * does not fit stays: then it is no chance.
 */
function withoutChancePairs(segments: readonly Segment[]): Segment[] {
  const list = [...segments];
  for (let index = 0; index + 1 < list.length; index++) {
    const [pair, next] = [list[index]!, list[index + 1]!];
    if (pair.to !== pair.from + 1 || !next.steps) continue;
    const second = pairAt(pair, pair.to);
    const steps = stepsBetween(second, next.first);
    if (!steps || !sameSteps(steps, next.steps)) continue;
    list[index] = { from: pair.from, to: pair.from, first: pair.first, steps: undefined };
    list[index + 1] = { ...next, from: pair.to, first: second };
  }
  return list;
}

/**
 * Where a single value can be said in two ways, "unchanged" comes first, then the constant. A segment of several values
 * has only one way: its steps say which.
 */
export function behaviourOf(segment: Segment, side: 0 | 1): SideBehaviour {
  const { value, result, warnings } = segment.first[side];
  const from = segment.from | 0;
  const rule = (number: number, step: 0 | 1 | undefined): Rule =>
    (step === undefined ? number === from : step === 1)
      ? { kind: 'offset', by: (number - from) | 0 }
      : { kind: 'constant', by: number };
  return {
    word: rule(value, segment.steps?.words[side]),
    result: typeof result === 'number' ? rule(result, segment.steps?.results[side]) : result,
    warnings,
  };
}

/** The ends of the signed and the unsigned integers, and 1, from which an op reaches 0. */
const ENDS = [0, 1, -1, 0x7fffffff, -0x80000000];

/**
 * As unsigned values, in order, each once, all of them within the segment. Some hundreds at most, whatever the 2^32
 * values: constants times offsets, with both neighbours and both signs.
 */
export function criticalPoints(harness: Harness, call: number, segment: Segment): number[] {
  const { a, b } = harness.alphabet.call(call);
  const rules = ([0, 1] as const).flatMap((side) => {
    const { word, result } = behaviourOf(segment, side);
    return typeof result === 'object' ? [word, result] : [word];
  });
  const offsets = [0, 1, a, b, ...rules.map(({ by }) => by)];
  const constants = [...ENDS, ...harness.saturated, a, b, ...rules.map(({ by }) => by)];
  const points = new Set<number>();
  for (const constant of constants) {
    for (const offset of offsets) {
      for (const near of [-1, 0, 1]) {
        points.add((constant - offset + near) >>> 0);
        points.add((constant + offset + near) >>> 0);
      }
    }
  }
  return [...points]
    .filter((point) => point >= segment.from && point <= segment.to)
    .sort((one, other) => one - other);
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Each point by itself, and the gaps between them. From 0 to 9 with the points 3 and 4: 0-2, 3, 4, 5-9. */
function cutAt(from: number, to: number, points: readonly number[]): Part[] {
  const parts: Part[] = [];
  let at = from;
  for (const point of points) {
    if (at < point) parts.push({ from: at, to: point - 1 });
    parts.push({ from: point, to: point });
    at = point + 1;
  }
  if (at <= to) parts.push({ from: at, to });
  return parts;
}

interface Judged extends Part {
  readonly divergences: readonly Divergence[];
}

/** Neighbours with the same signatures become one again: most points turn out to change nothing. */
function joined(parts: readonly Judged[]): Judged[] {
  const whole: Judged[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    const isSame =
      last && last.divergences.map(signatureOf).join() === part.divergences.map(signatureOf).join();
    if (isSame) whole[whole.length - 1] = { ...last, to: part.to };
    else whole.push(part);
  }
  return whole;
}

/**
 * `comparePair` runs transition trees, which the sweep did not: a second opinion on what it saw.
 *
 * @throws Error when the two disagree: refuzz is wrong then, and no table is better than a wrong one
 */
function judgeAt(harness: Harness, call: number, segment: Segment, old: number): readonly Divergence[] {
  const { reference, subject, divergences } = comparePair(harness, call, old | 0);
  const [seenReference, seenSubject] = pairAt(segment, old);
  if (!isSameSeen(reference, seenReference) || !isSameSeen(subject, seenSubject)) {
    const op = harness.alphabet.format(call);
    throw new Error(
      `internal: ${op} on 0x${old.toString(16)} does one thing in the sweep and another in its tree`,
    );
  }
  return divergences;
}

/** Whether an op did the same to an old value. */
export function isSameSeen(one: Seen, other: Seen): boolean {
  return (
    one.value === other.value && one.result === other.result && areSameTexts(one.warnings, other.warnings)
  );
}

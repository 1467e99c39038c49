import type { Counter } from '../../targets/subject/subject.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { LAST_VALUE, pairAt, type Segment, stepsBetween } from '../sweep/sweep.ts';
import { checkDocumented } from '../sweep/sweep-documented.ts';
import { criticalPoints, intervalsOf, isSameSeen } from '../sweep/sweep-intervals.ts';
import { observe, type Runner, runnerOf } from '../sweep/sweep-loop.ts';
import type { SweptCall } from '../sweep/sweep-target.ts';
import { counterProbes } from './probes.ts';

/*
 * A sweep runs a call from all 2³² old values, which takes seconds to minutes for each. A page that tells
 * fifty causes cannot wait for that. What changes does so at few places, and these are known: so the call
 * is run from some hundred values near them, and where two neighbours do not follow one rule, the place
 * between them is found by halving.
 *
 *     inc of refcount/v5.5    1 and 2 grow by one, so do 16, 256, … 2³⁰; 0x7ffffffd does not fit, …
 *                             … halved to: 1 … 0x7ffffffe is one range
 *
 * It is no proof: a counter that does something else at a value that nobody has thought of has a range too
 * few here. Whoever shows the line says so.
 */

/** A call that was run from some old values, and from how many. */
export interface ProbedCall extends SweptCall {
  readonly probes: number;
}

/** An op with more has no ranges worth drawing. */
const MOST_SEGMENTS = 64;

/**
 * The number line of one call, as far as probes tell: the ranges of old values in which both sides follow one rule each.
 *
 * @param harness of counters
 * @returns undefined for a call that has too many ranges, or does not return
 * @throws InputError for a call that does not return a value, as a sweep does
 */
export function probedLine(harness: Harness, call: number): ProbedCall | undefined {
  const { reference, subject, target } = harness;
  const sides = [...(reference ? [reference.subject] : []), subject.subject] as Counter[];
  const mentioned = [...(target.initial as readonly number[]), ...target.arguments];
  const probes = new Set([0, LAST_VALUE, ...counterProbes(sides, mentioned).map((value) => value >>> 0)]);
  return returns(() => {
    const runner = runnerOf(harness, call);
    for (;;) {
      const segments = segmentsBy(
        runner,
        [...probes].sort((one, other) => one - other),
      );
      if (!segments) return undefined;
      // Where the judgement could change the rule has to hold, or the judge would be asked about what nobody does.
      const news = segments.flatMap((segment) =>
        criticalPoints(harness, call, segment).filter((old) => !probes.has(old)),
      );
      for (const old of news) probes.add(old);
      if (news.length > 0) continue;
      const intervals = intervalsOf(harness, call, segments);
      const documented = checkDocumented(harness, call, segments);
      return { call: runner.call, intervals, probes: probes.size, ...documented };
    }
  });
}

/** All old values in ranges, each as long as the probes in it fit its rule. @param probes in order */
function segmentsBy(runner: Runner, probes: readonly number[]): Segment[] | undefined {
  const segments: Segment[] = [];
  for (let from = 0; from <= LAST_VALUE; from = segments.at(-1)!.to + 1) {
    if (segments.length === MOST_SEGMENTS) return undefined;
    segments.push(segmentFrom(runner, from, probes));
  }
  return segments;
}

/** The first two values settle the rule, as in a sweep. */
function segmentFrom(runner: Runner, from: number, probes: readonly number[]): Segment {
  const first = observe(runner, from | 0);
  const steps = from < LAST_VALUE ? stepsBetween(first, observe(runner, (from + 1) | 0)) : undefined;
  if (!steps) return { from, to: from, first, steps };
  const all = { from, to: LAST_VALUE, first, steps };
  const fits = (old: number) => {
    const [told, seen] = [pairAt(all, old), observe(runner, old | 0)];
    return isSameSeen(told[0], seen[0]) && isSameSeen(told[1], seen[1]);
  };
  let last = from + 1;
  for (const old of probes) {
    if (old <= last) continue;
    if (fits(old)) last = old;
    else return { ...all, to: lastFitting(last, old, fits) };
  }
  return all;
}

/** Between a value that fits and one that does not: the last that fits. */
function lastFitting(known: number, other: number, fits: (old: number) => boolean): number {
  let [low, high] = [known, other];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

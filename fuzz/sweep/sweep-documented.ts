import { documentedRanges } from '../../targets/counters/documented-ranges.ts';
import type { Harness } from '../run/harness.ts';
import { pairAt, type Segment } from './sweep.ts';
import { behaviourOf, ruleAt, type SideBehaviour } from './sweep-intervals.ts';
import type { Seen } from './sweep-loop.ts';

/**
 * Old values on which a counter does not do what its documentation says. Unsigned, inclusive. Where segment and
 * documented range overlap; a neighbouring mismatch of another segment is one more.
 */
export interface Mismatch {
  readonly counter: string;
  readonly call: string;
  readonly from: number;
  readonly to: number;
  readonly documented: SideBehaviour;
  readonly seen: SideBehaviour;
}

/** How a call compares with the documentation of both sides. */
export interface DocumentedCheck {
  /** The counters that have a table for this call: only these were compared. */
  readonly compared: readonly string[];
  readonly mismatches: readonly Mismatch[];
}

/**
 * Compares what was seen with the tables in targets/counters/documented-ranges.ts: exactly, for both are ranges. Sides
 * are compared apart, for each has its own documentation. Every pair of ranges is tried: both lists are short.
 */
export function checkDocumented(
  harness: Harness,
  call: number,
  segments: readonly Segment[],
): DocumentedCheck {
  const { op, a, b } = harness.alphabet.call(call);
  const counters = [harness.reference?.subject.name, harness.subject.subject.name];
  const compared: string[] = [];
  const mismatches: Mismatch[] = [];
  for (const side of [0, 1] as const) {
    const counter = counters[side];
    const ranges = counter === undefined ? undefined : documentedRanges(counter, op, a, b);
    if (counter === undefined || !ranges) continue;
    compared.push(counter);
    for (const segment of segments) {
      for (const documented of ranges) {
        const from = Math.max(segment.from, documented.from);
        const to = Math.min(segment.to, documented.to);
        if (from > to || agrees(segment, side, documented, from, to)) continue;
        const [name, seen] = [harness.alphabet.format(call), behaviourOf(segment, side)];
        mismatches.push({ counter, call: name, from, to, documented, seen });
      }
    }
  }
  return { compared, mismatches };
}

/**
 * Both are `old + d` or constant, so they agree on a range when they agree at both of its ends.
 *
 * Each word and each result is then a line of slope 0 or 1, modulo 2^32. Two lines of the same slope that agree once
 * agree everywhere; lines of different slopes drift apart by `to - from`, which is less than 2^32, so they never agree
 * at both ends of more than one value.
 */
function agrees(segment: Segment, side: 0 | 1, documented: SideBehaviour, from: number, to: number): boolean {
  return [from, to].every((old) => isAs(pairAt(segment, old)[side], documented, old));
}

/** Booleans, faults and "nothing" are compared as they are; only numbers follow a rule. */
function isAs(seen: Seen, { word, result, warnings }: SideBehaviour, old: number): boolean {
  const answer = typeof result === 'object' ? ruleAt(result, old) : result;
  return (
    seen.value === ruleAt(word, old) &&
    seen.result === answer &&
    seen.warnings.length === warnings.length &&
    seen.warnings.every((text, index) => text === warnings[index])
  );
}

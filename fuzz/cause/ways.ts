import type { Outcome, Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { relativeTo } from './alone-run.ts';
import type { Interval } from './intervals.ts';

/** What an op does alone, in words of its old value. */
export interface Did {
  readonly result: Result | Outcome;
  /** What it leaves in the word: `old`, `old-1`, `0xC0000000`. */
  readonly left: string;
  readonly warnings: readonly string[];
  /** Of schemes: what else it does, as `frees the object`. */
  readonly acts: readonly string[];
}

/** A run of one call, as far as that is told. */
export interface Run {
  readonly result: Result | Outcome;
  /** What it left in the word. */
  readonly value: number;
  readonly warnings: readonly string[];
  readonly acts?: readonly string[];
}

/** What one call does on both sides from some old values, wherever in the interval. */
export interface Way extends Interval {
  /** `dec`, `add(2)` */
  readonly call: string;
  readonly base: Did;
  readonly subject: Did;
}

/** Runs of one call from one old value. */
export interface Runs {
  readonly old: number;
  readonly base: Run;
  readonly subject: Run;
}

/**
 * Neighbouring old values from which each side does one thing, as one way.
 *
 * @param runs in the order of the interval, as far as probes tell
 * @param fixed values that are named as they are
 */
export function waysOf(call: string, runs: readonly Runs[], fixed: readonly number[]): Way[] {
  const ways: Draft[] = [];
  for (const { old, base, subject } of runs) {
    const way = { low: old, high: old, base: noted(old, base, fixed), subject: noted(old, subject, fixed) };
    const last = ways.at(-1);
    const both = last && { base: common(last.base, way.base), subject: common(last.subject, way.subject) };
    if (last && both?.base && both.subject)
      ways[ways.length - 1] = { low: last.low, high: old, base: both.base, subject: both.subject };
    else ways.push(way);
  }
  return ways.map(({ low, high, base, subject }) => ({
    call,
    low,
    high,
    base: didOf(base),
    subject: didOf(subject),
  }));
}

/** What a run does, with all names that what it leaves can go by: from 0xBFFFFFFF, `old+1` is `0xC0000000`. */
interface Noted extends Omit<Did, 'left'> {
  /** The best one first. */
  readonly names: readonly string[];
}

interface Draft extends Interval {
  readonly base: Noted;
  readonly subject: Noted;
}

function noted(old: number, { result, value, warnings, acts = [] }: Run, fixed: readonly number[]): Noted {
  const relative = relativeTo(old, value);
  const absolute = fixed.includes(value) ? [formatValue(value)] : [];
  const names = relative === 'old' ? [relative, ...absolute] : [...absolute, relative];
  return { result, warnings, acts, names };
}

/** What two runs have in common, if they do the same under some names. */
function common(one: Noted, other: Noted): Noted | undefined {
  if (one.result !== other.result) return undefined;
  if (one.warnings.join() !== other.warnings.join() || one.acts.join() !== other.acts.join())
    return undefined;
  const names = one.names.filter((name) => other.names.includes(name));
  return names.length > 0 ? { ...one, names } : undefined;
}

function didOf({ result, warnings, acts, names: [left] }: Noted): Did {
  return { result, warnings, acts, left: left! };
}

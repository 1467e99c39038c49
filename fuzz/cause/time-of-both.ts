import { InputError } from '../../targets/subject/input-error.ts';
import { type Later, type LaterFunction, MOST_LATER, type SchemeTime } from '../../targets/subject/later.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';

/** What two schemes do later, so that ops of both can run on one object. */
export interface TimeOfBoth {
  /** Absent where neither has more than its one RCU callback. */
  readonly time: SchemeTime | undefined;
  /** By function of the base: its number among those of both. The subject's keep theirs. */
  readonly numbers: readonly number[];
}

const CALLBACK: readonly LaterFunction[] = [{ name: 'callback', kind: 'rcu' }];

/** The functions of a scheme that run later, by number. */
export function laterOf({ time }: Scheme): readonly LaterFunction[] {
  return time?.later ?? CALLBACK;
}

/**
 * The functions of the subject, and behind them those that only the base has; equal ones are one.
 *
 * @throws InputError where that are too many
 */
export function timeOfBoth(subject: Scheme, base: Scheme): TimeOfBoth {
  if (!subject.time && !base.time) return { time: undefined, numbers: [0] };
  const [own, theirs] = [laterOf(subject), laterOf(base)];
  const isEqual = (one: LaterFunction, other: LaterFunction) =>
    one.kind === other.kind && (one.name === other.name || one.kind === 'reuse');
  const more = theirs.filter((one) => !own.some((other) => isEqual(one, other)));
  const later = [...own, ...more];
  if (later.length > MOST_LATER)
    throw new InputError(subject.name, `and ${base.name} run more than ${MOST_LATER} functions later`);
  const has = (key: 'waitsForReaders' | 'sleeps' | 'isTypesafe') =>
    [subject, base].some(({ time }) => time?.[key] === true);
  const time: SchemeTime = {
    later,
    srcu: Math.max(subject.time?.srcu ?? 0, base.time?.srcu ?? 0),
    waitsForReaders: has('waitsForReaders'),
    sleeps: has('sleeps'),
    isTypesafe: has('isTypesafe'),
  };
  return { time, numbers: theirs.map((one) => later.findIndex((other) => isEqual(one, other))) };
}

/**
 * An object as ops of the base see it, whose functions have other numbers there.
 *
 *     base: work 0, timer 1; subject: timer 0      both: timer 0, work 1; arm(0) of the base's op arms 1
 *
 * Domains and places to sleep have the same numbers on both sides: they are found in the same order, or are addresses.
 */
export function withNumbers(object: RcuObject, numbers: readonly number[]): RcuObject {
  const at = (which: number) => (which < 0 ? which : numbers[which]!);
  const { later, rcu } = object;
  const renumbered: Later = {
    ...later,
    arm: (which, isInObject) => later.arm(at(which), isInObject),
    cancel: (which, how, isInObject) => later.cancel(at(which), how, isInObject),
    state: (which, isInObject) => later.state(at(which), isInObject),
    flushBegin: (which, isInObject) => later.flushBegin(at(which), isInObject),
    flushEnd: (which) => later.flushEnd(at(which)),
  };
  const call: RcuObject['rcu']['call'] = (data, which, head, domain) =>
    rcu.call(data, at(which ?? 0), head, domain);
  return { ...object, later: renumbered, rcu: { ...rcu, call } };
}

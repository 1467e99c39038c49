import { grouped } from './grouped.ts';
import { type Interval, joined } from './intervals.ts';

/** One way in which some ops, alone, do something else than those of the base: from which old values. */
export interface Parting {
  /** Ops that are one code, or part in one and the same way. Sorted. */
  readonly ops: readonly string[];
  /** Of a scheme: counts as the base has them, without the bias. */
  readonly intervals: readonly Interval[];
}

/** Where one op, or one of its calls, parts. */
export interface OpParting extends Interval {
  readonly op: string;
}

/** A parting, and all that shows it. */
export interface Group<Member extends OpParting> extends Parting {
  readonly members: readonly Member[];
}

/**
 * Puts together what parts for one reason.
 *
 * @param areOne whether two do; then so do all that are one with either
 * @param telling those of a group that say where it parts
 */
export function groupsOf<Member extends OpParting>(
  parts: readonly Member[],
  areOne: (one: Member, other: Member) => boolean,
  telling: (members: readonly Member[]) => readonly Member[] = (members) => members,
): readonly Group<Member>[] {
  return grouped(parts, areOne).map((members) => ({
    members,
    ops: [...new Set(members.map(({ op }) => op))].sort(),
    intervals: joined(telling(members)),
  }));
}

/** Whether no sound code gives an op this argument: references are taken and dropped by one, or by several. */
export function isOdd(argument: number, arity: number): boolean {
  return arity > 0 && argument <= 0;
}

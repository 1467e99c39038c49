import { outcomeSets } from '../explore/outcomes.ts';
import type { Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import { outcomeLine, schemeSide, sideOf } from './answer.ts';

/*
 * `answerProgram` traces what one side alone has, since that is what differs; a table wants the rest as
 * well, or nobody could see how much is the same. Nothing is decided here: the sets are those that the
 * answer was made of, spelled the same way.
 */

/** One outcome of a program, and which sides have it under some schedule. */
export interface ListedOutcome {
  readonly outcome: string;
  readonly reference: boolean;
  readonly subject: boolean;
}

/**
 * Every outcome of a program on both sides, as `answerProgram` spells them; those of one side alone first.
 *
 * @param limit the most states of a side
 * @returns undefined where they cannot be listed: too many states or outcomes, a livelock, an ideal counter as the reference
 */
export function programOutcomes(
  harness: Harness,
  program: Program,
  limit: number,
): ListedOutcome[] | undefined {
  const sides = isCounterTarget(harness)
    ? counterOutcomes(harness, program, limit)
    : schemeOutcomes(harness, program, limit);
  if (!sides) return undefined;
  const all = [...new Set([...sides.reference, ...sides.subject])].map((outcome) => ({
    outcome,
    reference: sides.reference.has(outcome),
    subject: sides.subject.has(outcome),
  }));
  const isShared = ({ reference, subject }: ListedOutcome) => reference && subject;
  return all.sort((one, other) => Number(isShared(one)) - Number(isShared(other)));
}

interface Outcomes {
  readonly reference: ReadonlySet<string>;
  readonly subject: ReadonlySet<string>;
}

function counterOutcomes(harness: Harness, program: Program, limit: number): Outcomes | undefined {
  const reference = harness.reference && sideOf(harness.reference, program, limit);
  const subject = sideOf(harness.subject, program, limit);
  const sets = reference && subject && outcomeSets(reference, subject);
  if (!sets) return undefined;
  const texts = (outcomes: Float64Array) =>
    new Set(Array.from(outcomes, (outcome) => outcomeLine(sets.read(outcome))));
  return { reference: texts(sets.reference), subject: texts(sets.subject) };
}

function schemeOutcomes(harness: Harness, program: Program, limit: number): Outcomes | undefined {
  const reference = schemeSide(harness.reference!, program, limit);
  const subject = schemeSide(harness.subject, program, limit);
  if (!reference || !subject) return undefined;
  return { reference: new Set(reference.endings.values()), subject: new Set(subject.endings.values()) };
}

import type { Arbitrary } from 'fast-check';
import type { Choices } from '../program/choices.ts';
import { MAX_THREADS } from '../program/program.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';
import type { Turns } from './turns.ts';

/** How long schedules may be. */
export interface ScheduleOptions {
  /** The most accesses at which a thread is chosen, 1 to 4096; 32 when left out. What is beyond runs without preemption. */
  readonly maxLength?: number;
}

/**
 * Schedules, for any program: a choice for each access. `takingTurns` makes a scheduler of one, `runUnder` runs a program
 * under it.
 *
 * A schedule shrinks towards fewer preemptions: none at all, then one at any place, then half of them, one less, and two at
 * any places. What is left are the preemptions that it takes, as early as they can be.
 */
export function schedules({ maxLength = 32 }: ScheduleOptions = {}): Arbitrary<Turns> {
  return shrinkingArbitrary<Turns, TriedSoFar>({
    generate: (choices) => turnsFrom(choices, maxLength),
    is: (value): value is Turns => areTurns(value) && value.length <= maxLength,
    smaller: fewerPreemptions,
  });
}

/** Whether a value is a list of turns: 0 to 4 each. */
export function areTurns(value: unknown): value is Turns {
  return (
    Array.isArray(value) && value.every((turn) => Number.isInteger(turn) && turn >= 0 && turn <= MAX_THREADS)
  );
}

/** As many preemptions as not, or few, or none: how many it takes is not known beforehand. */
export function turnsFrom(choices: Choices, maxLength: number): Turns {
  const length = choices.below(maxLength + 1);
  const rarity = 2 + choices.below(7);
  return trimmed(
    Array.from({ length }, () => (choices.below(rarity) === 0 ? 1 + choices.below(MAX_THREADS) : 0)),
  );
}

/** A turn of 0 at the end says nothing. */
function trimmed(turns: Turns): Turns {
  return turns.slice(0, turns.findLastIndex((turn) => turn > 0) + 1);
}

/** On the way to a schedule, every one with this many preemptions was offered and refused. */
export interface TriedSoFar {
  readonly preemptions: 0 | 1 | 2;
}

/**
 * To leave out one preemption moves all that comes after it, so single cuts soon get stuck. Few schedules have but one or
 * two preemptions, and these are offered one and all.
 */
export function* fewerPreemptions(
  turns: Turns,
  { preemptions: tried }: TriedSoFar = { preemptions: 0 },
): Iterable<readonly [Turns, TriedSoFar]> {
  const places = [...turns.keys()].filter((at) => turns[at]! > 0);
  const count = places.length;
  if (count > 0 && tried === 0) yield [[], { preemptions: 0 }];
  if (count > 1 && tried < 1) for (const one of withOne(turns.length)) yield [one, { preemptions: 0 }];
  const soFar = { preemptions: count > 1 && tried < 1 ? 1 : tried } as const;
  for (const cut of cuts(turns, places)) yield [cut, soFar];
  if (count > 2 && tried < 2) for (const two of withTwo(turns.length)) yield [two, { preemptions: 1 }];
  const last = { preemptions: count > 2 ? 2 : soFar.preemptions } as const;
  for (const at of places) for (let turn = 1; turn < turns[at]!; turn++) yield [turns.with(at, turn), last];
  // As many preemptions, earlier on: a shorter schedule.
  for (const at of places) {
    if (at > 0 && turns[at - 1] === 0) yield [trimmed(turns.with(at - 1, turns[at]!).with(at, 0)), last];
  }
}

/** Every schedule with one preemption, up to some length. @param others how many threads there are beside the one that runs */
export function* withOne(length: number, others = MAX_THREADS - 1): Iterable<Turns> {
  for (let at = 0; at < length; at++)
    for (let turn = 1; turn <= others; turn++) yield [...Array<number>(at).fill(0), turn];
}

/** To any two threads, but not to any two of four: of these there are too many. */
function* withTwo(length: number): Iterable<Turns> {
  for (let last = 1; last < length; last++)
    for (let at = 0; at < last; at++)
      for (const turn of [1, 2])
        for (const other of [1, 2])
          yield Array.from({ length: last + 1 }, (_, place) =>
            place === at ? turn : place === last ? other : 0,
          );
}

/** Without some of the preemptions: half of them, a quarter, …, one. */
function* cuts(turns: Turns, places: readonly number[]): Iterable<Turns> {
  for (let size = Math.floor(places.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = places.length - size; from >= 0; from -= size) {
      const gone = new Set(places.slice(from, from + size));
      yield trimmed(turns.map((turn, at) => (gone.has(at) ? 0 : turn)));
    }
  }
}

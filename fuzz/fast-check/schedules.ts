import type { Arbitrary } from 'fast-check';
import type { Choices } from '../choices.ts';
import { MAX_THREADS } from '../program.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';
import type { Turns } from './turns.ts';

export interface ScheduleOptions {
  /** The most accesses at which a thread is chosen, 1 to 4096; 32 when left out. What is beyond runs without preemption. */
  readonly maxLength?: number;
}

/**
 * Schedules, for any program: a choice for each access. `takingTurns` makes a scheduler of one, `runUnder` runs a program
 * under it.
 *
 * A schedule shrinks towards fewer preemptions: none at all, then half of them, then one less, then nearer threads; what
 * is left are the preemptions that it takes.
 */
export function schedules({ maxLength = 32 }: ScheduleOptions = {}): Arbitrary<Turns> {
  return shrinkingArbitrary<Turns, true>({
    generate: (choices) => turnsFrom(choices, maxLength),
    is: (value): value is Turns =>
      Array.isArray(value) &&
      value.length <= maxLength &&
      value.every((turn) => Number.isInteger(turn) && turn >= 0 && turn <= MAX_THREADS),
    *smaller(turns) {
      for (const smaller of fewerPreemptions(turns)) yield [smaller, true];
    },
  });
}

/** As many preemptions as not, or few, or none: how many it takes is not known beforehand. */
function turnsFrom(choices: Choices, maxLength: number): Turns {
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

function* fewerPreemptions(turns: Turns): Iterable<Turns> {
  const preemptions = [...turns.keys()].filter((at) => turns[at]! > 0);
  for (let size = preemptions.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = preemptions.length - size; from >= 0; from -= size) {
      const gone = new Set(preemptions.slice(from, from + size));
      yield trimmed(turns.map((turn, at) => (gone.has(at) ? 0 : turn)));
    }
  }
  for (const at of preemptions) {
    for (let turn = 1; turn < turns[at]!; turn++) yield turns.with(at, turn);
  }
  // A preemption earlier on, where there is none: a shorter schedule of as many.
  for (const at of preemptions) {
    if (at > 0 && turns[at - 1] === 0) yield trimmed(turns.with(at - 1, turns[at]!).with(at, 0));
  }
}

import type { Counter } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';
import { gaveTheSame, type PlainCall, type Visited, visitedRun } from '../sweep/visited-word.ts';

/** Before how many accesses of an op another may come. Ops of the kernel make two or three. */
const MOST_PLACES = 4;
/** An access that no op makes. */
const AFTERWARDS = Number.POSITIVE_INFINITY;

/**
 * Runs of an op that another one visits, held against a counter whose windows are no news: the reference of a target that
 * asks `outcomes`, or the counter that documents the subject. Without such a counter, against the subject's own ops one
 * after the other.
 *
 * What is strange here need not be a divergence: another schedule may explain it. What is not strange may hide one.
 */
export class Visits {
  readonly #harness: Harness;
  readonly #subject: Counter;
  readonly #other: Counter | undefined;
  /** By call. */
  readonly #differing = new Map<number, boolean>();

  constructor(harness: Harness) {
    const { oracles, reference, documented } = harness;
    const other = oracles.ofOutcomes ? reference : documented === 'self' ? undefined : documented;
    this.#harness = harness;
    this.#subject = harness.target.subject as Counter;
    this.#other = other?.subject as Counter | undefined;
  }

  /** How many accesses the op makes by itself. An op that does not return is left to others: none. */
  accesses(call: number, start: number): number {
    return this.#alone(this.#subject, call, start)?.accesses[0] ?? 0;
  }

  /** Whether the other counter runs the same function: then it does the same. */
  isSame(call: number): boolean {
    const { op } = this.#harness.alphabet.call(call);
    return this.#other?.ops[op]?.run === this.#subject.ops[op]!.run;
  }

  /**
   * Who comes: of those that leave the same in the word one, as a window does not depend on who came; and who differs
   * alone from the other counter, for a window may lead it to where it does.
   */
  visitors(calls: readonly number[], start: number): number[] {
    const byValue = new Map<number, number>();
    for (const call of calls) {
      const seen = this.#alone(this.#subject, call, start);
      // What an op reads in a window it tells best by a number.
      if (seen && (!byValue.has(seen.value) || typeof seen.results[0] === 'number'))
        byValue.set(seen.value, call);
    }
    return [...new Set([...byValue.values(), ...calls.filter((call) => this.#differsAlone(call))])];
  }

  /** From any start that the target lists. */
  #differsAlone(call: number): boolean {
    const other = this.#other;
    if (!other || this.isSame(call)) return false;
    const known = this.#differing.get(call);
    if (known !== undefined) return known;
    const differs = (this.#harness.target.initial as readonly number[]).some((start) => {
      const [seen, expected] = [this.#alone(this.#subject, call, start), this.#alone(other, call, start)];
      return seen !== undefined && expected !== undefined && !gaveTheSame(seen, expected);
    });
    this.#differing.set(call, differs);
    return differs;
  }

  /**
   * Runs a program, with the second thread's ops coming before these accesses of the first thread's only op.
   *
   * @returns undefined where the other counter gives the same with visitors that come anywhere; without another counter,
   *   where the visitors could have come first or last
   */
  strange({ start, threads }: Program, at: readonly number[]): Visited | undefined {
    const [call, visitor] = threads.map(([first]) => first!);
    const runOf = (counter: Counter, places: readonly number[]) =>
      visitedRun(
        plain(this.#harness, counter, call!),
        plain(this.#harness, counter, visitor!),
        start as number,
        places,
      );
    const seen = runOf(this.#subject, at);
    const other = this.#other ?? this.#subject;
    if (this.#other && gaveTheSame(runOf(other, at), seen)) return undefined;
    const places = this.#other ? Array.from({ length: MOST_PLACES + 1 }, (_, place) => place) : [0];
    const isExplained = ordersOf(at.length, [...places, AFTERWARDS]).some((order) =>
      gaveTheSame(runOf(other, order), seen),
    );
    return isExplained ? undefined : seen;
  }

  #alone(counter: Counter, call: number, start: number): Visited | undefined {
    const op = plain(this.#harness, counter, call);
    return returns(() => visitedRun(op, op, start, []));
  }
}

function plain({ alphabet }: Harness, counter: Counter, call: number): PlainCall {
  const { op, a, b } = alphabet.call(call);
  return { run: counter.ops[op]!.run, a, b };
}

/** Every choice of `length` places, in ascending order. */
function ordersOf(length: number, places: readonly number[]): number[][] {
  if (length === 0) return [[]];
  return places.flatMap((place, at) =>
    ordersOf(length - 1, places.slice(at)).map((rest) => [place, ...rest]),
  );
}

/**
 * Before which accesses of an op others come: before each but the first, and, if a thread may have two ops, before the
 * second and the third.
 *
 * @param accesses how many the op makes when nobody comes; with visitors it may make more
 */
export function placesOf(accesses: number, maxOps: number): number[][] {
  if (accesses < 2) return [];
  const once = Array.from({ length: Math.min(accesses - 1, MOST_PLACES) }, (_, place) => [place + 1]);
  return maxOps > 1 ? [...once, [1, 2]] : once;
}

/** The thread of each access of a run. */
export function turnsOf({ accesses: [own, ...others] }: Visited, at: readonly number[]): number[] {
  const turns: number[] = [];
  let done = 0;
  at.forEach((place, visit) => {
    for (; done < Math.min(place, own!); done++) turns.push(0);
    for (let access = 0; access < others[visit]!; access++) turns.push(1);
  });
  return turns;
}

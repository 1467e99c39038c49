import type { Arbitrary } from 'fast-check';
import { generateProgram, limitsFor } from '../generate/generate.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { type OffersSoFar, smallerProgramsFor } from './program-shrinks.ts';
import { isProgram, type ProgramLimits, printable } from './programs.ts';
import { areTurns, fewerPreemptions, type TriedSoFar, turnsFrom, withOne } from './schedules.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';
import type { Turns } from './turns.ts';

/** A program and the turns of a schedule for it. */
export type Run = readonly [program: Program, turns: Turns];

/** What was offered and refused on the way to a run, so that shrinking does not offer it again. */
interface RunsSoFar {
  readonly program?: OffersSoFar;
  readonly turns?: TriedSoFar;
}

/** Choices beyond these come after a program of few ops has ended. */
const MOST_TURNS = 32;
/** Accesses of an op, when it is guessed how long a smaller program runs. */
const ACCESSES = 4;

/**
 * A program and a schedule for it, which shrink together. An op that goes takes its accesses along, so that the schedule
 * no longer fits: with `programs` and `schedules` side by side neither can shrink alone. Here each smaller program is
 * tried with the same turns, with none, and with one preemption at every place; then the turns shrink.
 */
export function runs(harness: Harness, limits: ProgramLimits = {}): Arbitrary<Run> {
  const most = limitsFor(harness, limits);
  const minThreads = limits.minThreads ?? 1;
  return shrinkingArbitrary<Run, RunsSoFar>({
    generate: (choices) => [
      printable(harness, generateProgram(harness, most, minThreads, choices)),
      turnsFrom(choices, MOST_TURNS),
    ],
    is: (value): value is Run =>
      Array.isArray(value) && value.length === 2 && isProgram(harness, value[0]) && areTurns(value[1]),
    *smaller([program, turns], soFar = {}) {
      for (const [smaller, next] of smallerProgramsFor(harness, program, soFar.program)) {
        if (smaller.threads.length < minThreads) continue;
        const offer = printable(harness, smaller);
        for (const some of turnsFor(smaller, turns)) yield [[offer, some], { program: next }];
      }
      for (const [fewer, next] of fewerPreemptions(turns, soFar.turns))
        yield [[program, fewer], { ...soFar, turns: next }];
    },
  });
}

/** With one thread there is nothing to choose (a scheme's callback apart, which runs when nothing else can). */
function* turnsFor(program: Program, turns: Turns): Iterable<Turns> {
  yield turns;
  yield [];
  const others = program.threads.length - 1;
  yield* withOne(ACCESSES * opCount(program), others);
}

import { isDeepStrictEqual } from 'node:util';
import { signatureOf } from '../../oracles/divergence.ts';
import { TooManyStates } from '../explore/explorer.ts';
import { deciderOf } from '../judge/decide.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { RandomChoices } from '../program/choices.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { run, scheduleBuffer } from '../run/run.ts';
import { ScheduleError, strictReplay } from '../run/schedulers.ts';
import type { Case, Observed } from './case.ts';
import { formatPart, OBSERVED_PARTS } from './case-text.ts';
import { observe } from './observe.ts';
import { programOf } from './program-text.ts';

/**
 * `same`: the recorded divergence with the recorded results, twice. `undecided`: the program has too many states
 * to say. Anything else is a change.
 */
export type ReplayOutcome =
  | { readonly kind: 'same' }
  | { readonly kind: 'undecided'; readonly reason: string }
  | {
      readonly kind: 'changed';
      readonly reason: string;
      /** Whether nothing diverges in the program any more, under any schedule: the subject does what the reference does. */
      readonly isGone: boolean;
    };

/** One run again, before anybody asks whether all is gone. */
type Once = { readonly kind: 'same' } | { readonly kind: 'changed' | 'undecided'; readonly reason: string };

/**
 * Runs a stored case again, twice, each time from fresh trees.
 *
 * `same` asks for three things: the results, warnings and final word or facts of both sides as recorded, the signature
 * among those shown now, and all that twice. The order matters for the message: what changed first is what the user is
 * told.
 *
 * @param harness made anew for each run, so that nothing learned in one helps the other
 */
export function replayCase(makeHarness: () => Harness, stored: Case): ReplayOutcome {
  const first = replayOnce(makeHarness(), stored);
  const second = replayOnce(makeHarness(), stored);
  if (!isDeepStrictEqual(first, second))
    return { kind: 'changed', reason: 'two runs in a row differ: not deterministic', isGone: false };
  if (first.kind === 'same') return first;
  const { kind, reason } = first;
  return kind === 'undecided' ? { kind, reason } : { kind, reason, isGone: isGone(makeHarness(), stored) };
}

/** A program with too many states may still diverge. */
function isGone(harness: Harness, stored: Case): boolean {
  return deciderOf(harness).rawFindings(programOf(harness, stored.program))?.size === 0;
}

/**
 * Errors that speak of the case become an outcome; those that speak of the target (an op that is gone) go to the
 * caller.
 */
function replayOnce(harness: Harness, stored: Case): Once {
  try {
    const program = programOf(harness, stored.program);
    const { reference, subject } = observe(harness, program, stored.schedule);
    const difference =
      differenceBetween('reference', stored.expect.reference, reference) ??
      differenceBetween('subject', stored.expect.subject, subject);
    if (difference) return { kind: 'changed', reason: difference };
    return showsSignature(harness, program, stored);
  } catch (error) {
    if (error instanceof ScheduleError) return { kind: 'changed', reason: error.message };
    if (error instanceof TooManyStates) return { kind: 'undecided', reason: error.message };
    throw error;
  }
}

/** Other signatures beside the recorded one are no change: each has a case of its own. */
function showsSignature(harness: Harness, program: Program, stored: Case): Once {
  const wanted = signatureOf(stored.expect.divergence);
  const seen = signaturesShown(harness, program, stored.schedule);
  if (!seen) return { kind: 'undecided', reason: 'the program has too many states to decide' };
  if (seen.includes(wanted)) return { kind: 'same' };
  const instead = seen.length > 0 ? `instead: ${seen.join(', ')}` : 'nothing diverges';
  return { kind: 'changed', reason: `the divergence ${wanted} is gone; ${instead}` };
}

/**
 * A schedule of a counter is judged itself; everything else is decided over all schedules. A counter may show other
 * signatures under other schedules; the case is about this one.
 */
function signaturesShown(
  harness: Harness,
  program: Program,
  schedule?: readonly number[],
): string[] | undefined {
  if (harness.target.subject.kind === 'scheme' || opCount(program) === 1 || !schedule) {
    const rawFindings = deciderOf(harness).rawFindings(program);
    return rawFindings && [...rawFindings.keys()];
  }
  const machine = new Machine(harness.subject);
  const buffer = scheduleBuffer();
  run(machine, program, strictReplay(schedule), new RandomChoices(0, 0), buffer);
  return judgeRun(harness, machine, buffer).map(signatureOf);
}

/** The first part that differs, as text; undefined where all are equal. A part that is missing equals an empty one. */
function differenceBetween(side: string, expected: Observed, seen: Observed): string | undefined {
  const part = OBSERVED_PARTS.find((one) => !isDeepStrictEqual(expected[one] ?? [], seen[one] ?? []));
  if (part === undefined) return undefined;
  return `${side}: ${part} ${part === 'final' ? 'was' : 'were'} ${formatPart(expected, part)}, now ${formatPart(seen, part)}`;
}

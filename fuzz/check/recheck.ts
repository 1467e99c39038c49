import type { Scheme } from '../../targets/subject/subject.ts';
import { formatProgram, parseProgram } from '../case/program-text.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import type { Certificate } from './certificate.ts';
import { isSoundOutcome, outcomeAt } from './certificate-outcomes.ts';

/** Accesses of one schedule. Beyond these a schedule goes round, and is left: it has no end to look at. */
const LONGEST = 300;

/** How much of a certificate is verified by which means. */
export interface RecheckOptions {
  /** A program with no more schedules than this is enumerated. */
  readonly schedules: number;
  /** So many random schedules are tried of any other. */
  readonly samples: number;
  readonly seed: number;
}

/** What contradicts a certificate. */
export interface Contradiction {
  readonly program: string;
  /** As the certificate calls it. */
  readonly side: string;
  /** What happens and is not listed, or is listed and does not happen; or what else is wrong. */
  readonly what: string;
}

/** What a recheck came to. */
export interface Recheck {
  readonly contradiction: Contradiction | undefined;
  /** Programs, of all sides: every schedule was tried, or only some. */
  readonly enumerated: number;
  readonly sampled: number;
  readonly schedules: number;
  /** Outcomes that are listed for sampled programs, and how many of them were seen. */
  readonly listed: number;
  readonly seen: number;
}

/**
 * Verifies a certificate by another algorithm than the one that made it: schedules are tried one by one, with no set of
 * visited states and nothing left out. Where a program has too many, random ones are tried: then nothing may happen that
 * is not listed.
 *
 * @param sides as the certificate names them
 */
export function recheck(
  harness: Harness,
  sides: readonly { readonly name: string; readonly trees: TransitionTrees }[],
  certificate: Certificate,
  options: RecheckOptions,
): Recheck {
  const total = { enumerated: 0, sampled: 0, schedules: 0, listed: 0, seen: 0 };
  const missing = missingProgram(harness, certificate);
  if (missing !== undefined) {
    const what = 'the certificate does not list it';
    return { ...total, contradiction: { program: missing, side: 'every side', what } };
  }
  for (const { name, trees } of sides) {
    const machine = new Machine(trees);
    for (const [index, [text, places]] of Object.entries(certificate.byProgram).entries()) {
      const outcomes = new Set(places.map((place) => certificate.outcomes[place] ?? ''));
      const run = verified(machine, harness, parseProgram(harness, text), outcomes, options, index);
      total.schedules += run.schedules;
      if (run.isComplete) total.enumerated++;
      else {
        total.sampled++;
        total.listed += outcomes.size;
        total.seen += run.seen;
      }
      const what = run.wrong ?? claimed(certificate, outcomes);
      if (what !== undefined) return { ...total, contradiction: { program: text, side: name, what } };
    }
  }
  return { ...total, contradiction: undefined };
}

/** A certificate of soundness must not list what is unsound. */
function claimed({ claim }: Certificate, outcomes: ReadonlySet<string>): string | undefined {
  if (claim !== 'sound') return undefined;
  const faulty = [...outcomes].find((outcome) => !isSoundOutcome(outcome));
  return faulty === undefined ? undefined : `it can end with ${faulty}`;
}

function verified(
  machine: Machine,
  { calls }: Harness,
  program: Program,
  outcomes: ReadonlySet<string>,
  { schedules: most, samples, seed }: RecheckOptions,
  index: number,
): { isComplete: boolean; schedules: number; seen: number; wrong: string | undefined } {
  const seen = new Set<string>();
  let unlisted: string | undefined;
  const atEnd = () => {
    const outcome = outcomeAt(machine, calls);
    seen.add(outcome);
    if (!outcomes.has(outcome)) unlisted ??= outcome;
  };
  const { schedules, isComplete } = everySchedule(machine, program, most, atEnd);
  if (!isComplete) randomSchedules(machine, program, samples, new RandomChoices(seed, index), atEnd);
  const absent = isComplete ? [...outcomes].find((outcome) => !seen.has(outcome)) : undefined;
  const wrong =
    unlisted !== undefined
      ? `it can end with ${unlisted}, which is not listed`
      : absent && `no schedule ends with ${absent}, which is listed`;
  return { isComplete, schedules: schedules + (isComplete ? 0 : samples), seen: seen.size, wrong };
}

/** Depth first through every schedule, up to `most`. @returns how many came to an end, and whether those were all */
function everySchedule(
  machine: Machine,
  program: Program,
  most: number,
  atEnd: () => void,
): { schedules: number; isComplete: boolean } {
  machine.start(program);
  let schedules = 0;
  let isComplete = true;
  const follow = (accesses: number): void => {
    if (schedules >= most || accesses > LONGEST) {
      isComplete = false;
      return;
    }
    const here = machine.state.slice();
    let isEnd = true;
    for (let thread = 0; thread < machine.schedulable && isComplete; thread++) {
      machine.state.set(here);
      if (!machine.isEnabled(thread)) continue;
      isEnd = false;
      machine.step(thread);
      follow(accesses + 1);
    }
    if (!isEnd) return;
    schedules++;
    atEnd();
  };
  follow(0);
  return { schedules, isComplete };
}

/** Whoever can go on is as likely to. */
function randomSchedules(
  machine: Machine,
  program: Program,
  samples: number,
  choices: RandomChoices,
  atEnd: () => void,
): void {
  const enabled: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    machine.start(program);
    for (let accesses = 0; accesses <= LONGEST; accesses++) {
      enabled.length = 0;
      for (let thread = 0; thread < machine.schedulable; thread++)
        if (machine.isEnabled(thread)) enabled.push(thread);
      if (enabled.length === 0) {
        atEnd();
        break;
      }
      machine.step(enabled[choices.below(enabled.length)]!);
    }
  }
}

/**
 * The first program of the scope that a certificate does not list. The programs are counted here once more, the plain way:
 * every list of calls for every thread. Threads that hold as much at the start may stand in any order.
 */
function missingProgram(harness: Harness, { scope, byProgram }: Certificate): string | undefined {
  const { states } = harness.target.subject as Scheme;
  const known = new Set<string>();
  for (const text of Object.keys(byProgram)) known.add(inOrder(parseProgram(harness, text), states));
  const lists = listsOf(harness.calls, scope.ops);
  for (const start of harness.target.initial) {
    let threads: number[][][] = [[]];
    for (let count = 1; count <= scope.threads; count++) {
      threads = threads.flatMap((before) => lists.map((list) => [...before, list]));
      const missing = threads.find((all) => !known.has(inOrder({ start, threads: all }, states)));
      if (missing) return formatProgram(harness, { start, threads: missing });
    }
  }
  return undefined;
}

/** Every list of 1 to `longest` calls. */
function listsOf(calls: readonly number[], longest: number): number[][] {
  const lists: number[][] = [];
  for (let last: number[][] = [[]], length = 1; length <= longest; length++) {
    last = last.flatMap((list) => calls.map((call) => [...list, call]));
    lists.push(...last);
  }
  return lists;
}

/** The same text for programs that differ only in which of several alike threads is which. */
function inOrder({ start, threads }: Program, states: Scheme['states']): string {
  const holders = states[start]!.holders;
  const all = threads.map((calls, thread) => {
    const held = holders.filter((one) => one === thread).length;
    return { held, text: calls.join() };
  });
  // What is held says which threads are alike; the order of the groups is that of the start.
  const sorted = all
    .map(({ held, text }) => `${held}:${text}`)
    .sort()
    .join('|');
  return `${start} ${sorted}`;
}

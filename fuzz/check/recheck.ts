import { formatProgram } from '../case/program-text.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { Machine } from '../run/machine.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import type { Certificate } from './certificate.ts';
import { type CertifiedRun, certifiedRun, isSoundOutcome } from './certificate-outcomes.ts';
import { listTexts, programLines } from './certificate-programs.ts';

/** Accesses of one schedule, where all are tried. A program with a longer one has too many. */
const LONGEST = 300;
/** Accesses of a random schedule: beyond these it goes round, and is left. Four ops may make 1000 each. */
const LONGEST_SAMPLE = 5000;

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
  /** Of sampled programs, those of which no schedule came to an end: nothing is known of them. */
  readonly unended: readonly string[];
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
  const unended: string[] = [];
  const total = { enumerated: 0, sampled: 0, schedules: 0, listed: 0, seen: 0, unended };
  const misnamed = misnamedLists(harness, certificate);
  if (misnamed !== undefined)
    return { ...total, contradiction: { program: 'lists', side: 'every side', what: misnamed } };
  const listed = Object.values(certificate.byProgram).reduce((sum, { length }) => sum + length, 0);
  const missing = missingProgram(harness, certificate);
  if (missing !== undefined) {
    const what = 'the certificate does not list it';
    return { ...total, contradiction: { program: missing, side: 'every side', what } };
  }
  // All that are in the scope are listed: what is too many is none of its programs.
  const scope = countOf(harness, certificate);
  if (listed !== scope || certificate.programs !== scope) {
    const what = `the certificate has ${certificate.programs} and lists ${listed}; the scope has ${scope}`;
    return { ...total, contradiction: { program: 'programs', side: 'every side', what } };
  }
  const sets = certificate.sets.map(
    (places) => new Set(places.map((place) => certificate.outcomes[place] ?? '')),
  );
  for (const { name, trees } of sides) {
    const certified = certifiedRun(harness, trees, certificate.claim);
    let index = 0;
    for (const { program, set } of listedPrograms(harness, certificate)) {
      const outcomes = sets[set] ?? new Set();
      const run = verified(certified, program, outcomes, options, index++);
      total.schedules += run.schedules;
      if (run.isComplete) total.enumerated++;
      else {
        total.sampled++;
        total.listed += outcomes.size;
        total.seen += run.seen;
        if (run.seen === 0) unended.push(formatProgram(harness, program));
      }
      const what = run.wrong ?? claimed(certificate, outcomes);
      if (what !== undefined)
        return { ...total, contradiction: { program: formatProgram(harness, program), side: name, what } };
    }
  }
  return { ...total, contradiction: undefined };
}

/** Each program of the scope, with the place of its outcomes in `sets`. Call it when none is missing. */
function* listedPrograms(harness: Harness, { scope, byProgram }: Certificate) {
  for (const { text, programs } of programLines(harness, scope)) {
    let at = 0;
    for (const program of programs()) yield { program, set: byProgram[text]![at++]! };
  }
}

/** A certificate must list something, and one of soundness nothing that is unsound. */
function claimed({ claim }: Certificate, outcomes: ReadonlySet<string>): string | undefined {
  if (outcomes.size === 0) return 'the certificate lists no outcome of it';
  if (claim !== 'sound') return undefined;
  const faulty = [...outcomes].find((outcome) => !isSoundOutcome(outcome));
  return faulty === undefined ? undefined : `it can end with ${faulty}`;
}

function verified(
  { machine, outcome: outcomeNow }: CertifiedRun,
  program: Program,
  outcomes: ReadonlySet<string>,
  { schedules: most, samples, seed }: RecheckOptions,
  index: number,
): { isComplete: boolean; schedules: number; seen: number; wrong: string | undefined } {
  const seen = new Set<string>();
  let unlisted: string | undefined;
  const atEnd = () => {
    const outcome = outcomeNow();
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
    const { turns } = machine;
    for (let turn = 0; turn < turns && isComplete; turn++) {
      machine.state.set(here);
      if (!machine.isEnabled(turn)) continue;
      isEnd = false;
      machine.step(turn);
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
    for (let accesses = 0; accesses <= LONGEST_SAMPLE; accesses++) {
      enabled.length = 0;
      for (let turn = 0; turn < machine.turns; turn++) if (machine.isEnabled(turn)) enabled.push(turn);
      if (enabled.length === 0) {
        atEnd();
        break;
      }
      machine.step(enabled[choices.below(enabled.length)]!);
    }
  }
}

/**
 * What is wrong with the lists that a certificate names. They are counted before they are made: a certificate that claims
 * a larger scope than it can hold costs nothing.
 */
function misnamedLists(harness: Harness, { scope, lists }: Certificate): string | undefined {
  let expected = 0;
  for (let length = 1; length <= scope.ops; length++) expected += harness.calls.length ** length;
  if (lists.length !== expected) return `the certificate names ${lists.length}; the scope has ${expected}`;
  const named = listTexts(harness, scope.ops);
  const at = lists.findIndex((list, place) => list !== named[place]);
  return at < 0
    ? undefined
    : `the certificate names ${JSON.stringify(lists[at])} in the place of ${named[at]}`;
}

function countOf(harness: Harness, { scope }: Certificate): number {
  let programs = 0;
  for (const { length } of programLines(harness, scope)) programs += length;
  return programs;
}

/** A program of the scope that a certificate does not list. Programs are counted here once more, the plain way. */
function missingProgram(harness: Harness, { scope, byProgram }: Certificate): string | undefined {
  for (const { text, length, programs } of programLines(harness, scope)) {
    const listed = Object.hasOwn(byProgram, text) ? byProgram[text]!.length : 0;
    if (listed < length) return formatProgram(harness, [...programs()][Math.min(listed, length - 1)]!);
  }
  return undefined;
}

import { dirname } from 'node:path';
import type {
  EngineSummary,
  JsfuzzSummary,
  KernelSummary,
  KernelTotals,
  RandomSummary,
  ThreadsSummary,
} from '../../fuzz/engine/engine.ts';
import type { RaceTotals } from '../../fuzz/engine/race-totals.ts';
import type { Style } from '../show/style.ts';
import { differenceLine } from './booted-report.ts';
import { compact, divergenceTable } from './report.ts';

/** New cases, and differences from a model, that are written out. */
const CASES_SHOWN = 12;
const DIFFERENCES_SHOWN = 8;
/** A model of one release, while the kernel may be of another: a difference from this one need not be a bug. */
const MODEL = 'refcount/v5.5';
const OTHER_RELEASE =
  'the model is of 6.11 and later; for the C of an older release: refuzz fuzz kernel-vs-atomic --engine kernel --kernel PATH';

/** Commands that a summary names. */
export interface SummaryCommands {
  /** Shows the case of a target. */
  show(target: string, path: string): string;
  /** Makes cases of the raw findings of a state. */
  finish(state: string): string;
}

/**
 * The result of a search, for a person, below its causes: the table of signatures where it is asked for, a line or more
 * for each target, and the commands that show what is new.
 *
 * @returns lines without a line break at the end
 */
export function summaryText(
  summary: EngineSummary,
  commands: SummaryCommands,
  { style, signatures = false }: { readonly style: Style; readonly signatures?: boolean },
): string[] {
  const { met, cases, left } = summary;
  return [
    ...(met.length === 0 ? ['no divergence'] : signatures ? ['', divergenceTable(met, style)] : []),
    ...engineLines(summary, style),
    ...cases.slice(0, CASES_SHOWN).map(({ target, path }) => `  ${commands.show(target, path)}`),
    ...(cases.length > CASES_SHOWN ? [`  … and ${cases.length - CASES_SHOWN} more`] : []),
    ...leftLines(left, commands.finish),
  ];
}

/**
 * What there was no time for: what was met is told all the same. A file of a raw finding lies three folders below the
 * state that it belongs to.
 */
function leftLines(left: EngineSummary['left'], finish: (state: string) => string): string[] {
  if (left.length === 0) return [];
  const [are, them] = left.length === 1 ? ['raw finding is', 'it'] : ['raw findings are', 'them'];
  const states = [...new Set(left.map(({ path }) => dirname(dirname(dirname(path)))))];
  return [
    `${left.length} ${are} not minimal yet; the next session makes cases of ${them}, and so does:`,
    ...states.map((state) => `  ${finish(state)}`),
    ...left.slice(0, CASES_SHOWN).map(({ path }) => `  ${path}`),
    ...(left.length > CASES_SHOWN ? [`  … and ${left.length - CASES_SHOWN} more`] : []),
  ];
}

/** A case for each engine, so that a new one does not compile without its lines. */
function engineLines(summary: EngineSummary, style: Style): string[] {
  switch (summary.engine) {
    case 'random':
      return randomLines(summary);
    case 'threads':
      return threadsLines(summary, style);
    case 'kernel':
      return kernelLines(summary, style);
    case 'jsfuzz':
      return jsfuzzLines(summary);
  }
}

/** What was left undecided is named last, and only where there was any. */
function randomLines({ campaign: { counts, seconds, known, fresh, targets } }: RandomSummary): string[] {
  const { programs, decided, schedules, pairs, unjudged, undecided } = counts;
  return [
    [
      `${compact(programs)} programs (${compact(decided)} decided), ${compact(schedules)} schedules, ${compact(pairs)} op pairs in ${seconds.toFixed(1)} s`,
      `divergences: ${known} known, ${fresh} new`,
      ...(unjudged > 0 ? [`${unjudged} runs could not be judged`] : []),
      ...(undecided > 0 ? [`${undecided} programs not decided`] : []),
    ].join('; '),
    ...targets.flatMap(({ target, nonTerminating }) =>
      nonTerminating.map((text) => `non-terminating  ${target}: ${text}; programs with it are not decided`),
    ),
  ];
}

/** With `--program` the same program is raced again and again: then `programs` counts its races. */
function threadsLines({ targets, isOneProgram }: ThreadsSummary, style: Style): string[] {
  const what = isOneProgram ? 'races of one program' : 'programs';
  return targets.map(({ target, totals, seconds }) => {
    const { programs, runs, stopped } = totals;
    return [
      `${target}: ${compact(programs)} ${what}, ${compact(runs)} runs in ${seconds.toFixed(1)} s (${compact(runs / Math.max(seconds, 0.001))} runs/s)`,
      ...outcomeParts(totals, style),
      ...(stopped > 0 ? [`${stopped} ops stopped`] : []),
      ...failedPart(totals),
    ].join('; ');
  });
}

function kernelLines({ targets, release, crashes, boots }: KernelSummary, style: Style): string[] {
  const died = style.red(`${crashes.length} ${crashes.length === 1 ? 'guest' : 'guests'} died`);
  return [
    ...targets.flatMap((one) => [...agreementLines(one, style), racingLine(one, release, style)]),
    ...(crashes.length > 0 ? [`${died}; ${boots} boots`] : []),
  ];
}

/** What programs of one thread did, held against the model. */
function agreementLines(
  { harness, totals, differences }: KernelSummary['targets'][number],
  style: Style,
): string[] {
  const { ops, different } = totals;
  const { name, subject } = harness.target;
  const shown = differences.slice(0, DIFFERENCES_SHOWN);
  const verdict =
    different > 0
      ? style.red(`${compact(different)} ops DIFFER from ${subject.name}`)
      : `all as ${subject.name} does`;
  return [
    ...(ops > 0 ? [`${name}, one after another: ${sequentially(totals)}; ${verdict}`] : []),
    ...shown.map((difference) => `  ${differenceLine(harness, difference)}`),
    ...(different > 0 && subject.name === MODEL ? [`  ${OTHER_RELEASE}`] : []),
    ...(differences.length > shown.length ? [`  and ${differences.length - shown.length} more`] : []),
  ];
}

/** Ops per second of the guest's own time, `busy` being nanoseconds: what the host did in between is not its rate. */
function sequentially({ sequential, ops, busy }: KernelTotals): string {
  const rate = compact((ops / Math.max(busy, 1)) * 1e9);
  return `${compact(sequential)} programs, ${compact(ops)} ops (${rate} ops/s in the guest)`;
}

/** What programs of several threads did. `raced` counts programs, `runs` the cells on which they ended. */
function racingLine(
  { target, totals, seconds }: KernelSummary['targets'][number],
  release: string,
  style: Style,
): string {
  return [
    `${target}, racing in Linux ${release}: ${compact(totals.raced)} programs, ${compact(totals.runs)} runs`,
    ...outcomeParts(totals, style),
    ...failedPart(totals),
    `${seconds.toFixed(1)} s`,
  ].join('; ');
}

/** "None unreachable" is said, as it is what a race is for; "0 not judged" is not. */
function outcomeParts(
  { outcomes, windows, windowRuns, unreachable, unknown }: RaceTotals,
  style: Style,
): string[] {
  return [
    `${compact(outcomes)} outcomes, ${compact(windows)} of them in windows (${compact(windowRuns)} runs)`,
    unreachable > 0 ? style.red(`${unreachable} UNREACHABLE`) : 'none unreachable',
    ...(unknown > 0 ? [`${unknown} not judged`] : []),
  ];
}

function failedPart({ failed }: RaceTotals): string[] {
  return failed > 0 ? [`${failed} programs failed`] : [];
}

function jsfuzzLines({ targets, met }: JsfuzzSummary): string[] {
  const fresh = met.filter(({ isNew }) => isNew).length;
  return [
    ...targets.map(({ target, status, seconds, crashes }) => {
      const { execs, corpus, coverage, restarts, undecided } = status;
      return [
        `${target}: ${compact(execs)} inputs in ${seconds.toFixed(1)} s (${compact(execs / Math.max(seconds, 0.001))}/s), ${corpus} kept, coverage ${coverage}`,
        ...(restarts > 0 ? [`restarted ${restarts} ${restarts === 1 ? 'time' : 'times'}`] : []),
        ...(crashes > 0 ? [`failed at ${crashes} ${crashes === 1 ? 'input' : 'inputs'}`] : []),
        ...(undecided > 0 ? [`${undecided} could not be judged`] : []),
      ].join('; ');
    }),
    `divergences: ${met.length - fresh} known, ${fresh} new`,
  ];
}

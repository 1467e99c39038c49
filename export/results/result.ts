import type { Divergence } from '../../oracles/divergence.ts';

/**
 * What a command came to, thing by thing: the one record that commands make, and all that reporters know.
 *
 *     ok          decided, and as it should be
 *     known       what the corpus, or a baseline, holds already: no news, and no failure
 *     failed      news: a new divergence, a replay that changed, an outcome that no schedule has
 *     undecided   asked, and not answered: too large, out of time, interrupted
 *     skipped     not asked, for a reason that is no failure: no booted kernel has such an op
 *     error       it could not be asked: a file is wrong, the kernel does not boot, a case could not be stored
 *
 * Only the first two are good. Nothing that was not decided is ever among them.
 */
export const STATUSES = ['ok', 'known', 'failed', 'undecided', 'skipped', 'error'] as const;
/** One of STATUSES. */
export type Status = (typeof STATUSES)[number];

/** A place that an editor can open; counted from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A divergence, as programs read it. */
export interface Finding extends Divergence {
  readonly target: string;
  /** `inc-int-max-value-protects` */
  readonly signature: string;
  readonly isNew: boolean;
  /** The name of its cause, where it is known. */
  readonly cause?: string | undefined;
  /** The file of its case, where there is one. */
  readonly case?: string | undefined;
}

/** One thing that was asked. */
export interface Result {
  /** What it belongs to: a target, a folder of cases, `refuzz`. */
  readonly suite: string;
  /** Within the suite. `completed` makes names unique. */
  readonly name: string;
  readonly status: Status;
  /** One sentence; empty where there is nothing to say. */
  readonly message: string;
  /** Lines for whoever wants to know more. */
  readonly details?: readonly string[] | undefined;
  readonly place?: Place | undefined;
  readonly finding?: Finding | undefined;
  /** For what is no divergence and has a rule all the same: `refuzz/audit/starts-at-0`, and what that says. */
  readonly rule?: { readonly id: string; readonly text: string } | undefined;
  /** What to type to see it. */
  readonly command?: string | undefined;
  /**
   * Whether it sums up the others of its suite. Where these are told one by one, a list of alarms leaves it out.
   */
  readonly isSummary?: boolean | undefined;
}

/** Everything of one run of a command. */
export interface Report {
  /** `fuzz`, `check`, `replay`, … */
  readonly command: string;
  /** Of refuzz. */
  readonly version: string;
  readonly exitCode: number;
  readonly seconds: number;
  /** One at least. */
  readonly results: readonly Result[];
}

/** What a reporter is: a report to text, and nothing else. */
export interface Reporter {
  /** As `--reporter` has it. */
  readonly name: string;
  /** @returns whole lines */
  text(report: Report): string;
}

/** Whether a result must turn its reader red. */
export function isBad({ status }: Result): boolean {
  return status === 'failed' || status === 'undecided' || status === 'error';
}

/** Whether it may be called passed. */
export function isGood({ status }: Result): boolean {
  return status === 'ok' || status === 'known';
}

/** What the exit codes of refuzz mean for a result that stands for the whole run. */
const OF_EXIT: Readonly<Record<number, readonly [status: Status, message: string]>> = {
  0: ['ok', ''],
  1: ['failed', 'something new was found'],
  2: ['error', 'wrong usage or input'],
  3: ['undecided', 'something was not decided, or nothing was executed'],
  74: ['error', 'results could not be written'],
  130: ['undecided', 'interrupted'],
};

/**
 * A report that says what the exit code says: where the code is not 0 and no result is bad, or where there is no result
 * at all, one for the run itself is added. So a reader of the report alone is never told better news than the shell. Names
 * that come twice in a suite are numbered, since most readers take them for one test.
 */
export function completed(report: Report): Report {
  const { command, exitCode, results } = report;
  const isSaid = exitCode === 0 ? results.length > 0 : results.some(isBad);
  const [status, message] = OF_EXIT[exitCode] ?? ['error', `it ended with ${exitCode}`];
  const run: Result = { suite: 'refuzz', name: command, status, message, isSummary: true };
  return { ...report, results: numbered(isSaid ? results : [...results, run]) };
}

function numbered(results: readonly Result[]): Result[] {
  const met = new Map<string, number>();
  return results.map((one) => {
    const key = `${one.suite}\n${one.name}`;
    const times = (met.get(key) ?? 0) + 1;
    met.set(key, times);
    return times === 1 ? one : { ...one, name: `${one.name} (${times})` };
  });
}

/** The results of each suite, in the order in which the suites came. */
export function suitesOf({ results }: Report): [suite: string, results: Result[]][] {
  const suites = new Map<string, Result[]>();
  for (const one of results) suites.set(one.suite, [...(suites.get(one.suite) ?? []), one]);
  return [...suites];
}

/** The bad ones, without a summary whose suite has bad ones beside it. */
export function alarms({ results }: Report): Result[] {
  const told = new Set(results.filter((one) => isBad(one) && !one.isSummary).map(({ suite }) => suite));
  return results.filter((one) => isBad(one) && !(one.isSummary && told.has(one.suite)));
}

/** `my.c:12:3`, as compilers write it. */
export function placeText({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

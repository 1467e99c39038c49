import type { MetCause } from '../../fuzz/case/causes-met.ts';
import type { EngineEvent, EngineSummary } from '../../fuzz/engine/engine.ts';
import type { NamedTarget } from '../../targets/target/named-targets.ts';
import { causeNameIn } from '../report/cause-report.ts';
import { workerCrashLine } from '../report/engine-report.ts';
import { stressReport } from '../report/stress-report.ts';
import { plainStyle } from '../show/style.ts';
import { findingResult } from './finding-result.ts';
import type { Result } from './result.ts';

/** What a search came to, beside its summary. */
export interface SearchTold {
  readonly targets: readonly NamedTarget[];
  readonly causes: readonly MetCause[];
  /** Events that no summary repeats. */
  readonly events: readonly EngineEvent[];
  /** The command that shows a case. */
  readonly show: (target: string, path: string, isNew: boolean) => string;
  /** The command that decides a program alone. */
  readonly check: (target: string, program: string) => string;
}

/**
 * Every signature that a search met, every target, and what else was loud.
 *
 *     canary/search                      failed      2 new
 *     canary/inc-zero-value-breaks       failed      a new signature, with its case
 *     canary/dec-zero-value-protects     known
 *     pax/search                         undecided   nothing was decided; give it more time
 *     pax/guest .refuzz/…/death.json     failed      the guest died (panic)
 *     refuzz/boot                        error       the kernel does not come up
 *     refuzz/store corpus/…              error       a case that could not be stored
 *
 * The search of a target sums up its signatures. It is fine only if the search came to its end and decided all that it
 * ran: a campaign that was interrupted after a second has met nothing new either.
 */
export function engineResults(summary: EngineSummary, told: SearchTold): Result[] {
  const findings = [...metResults(summary, told), ...leftResults(summary, told)];
  const events = told.events.flatMap((event) => eventResults(event, told));
  const loud = [...events, ...differences(summary)];
  return [
    ...told.targets.map((one) => searchResult(one, summary, [...findings, ...loud])),
    ...findings,
    ...loud,
    ...bootResults(summary),
    ...summary.unsaved.map(
      ({ path, message }): Result => ({
        suite: 'refuzz',
        name: `store ${path}`,
        status: 'error',
        message,
        place: { file: path },
      }),
    ),
  ];
}

/** The target as a whole: whether it was searched, and what that came to. */
function searchResult(
  { target: { name } }: NamedTarget,
  summary: EngineSummary,
  all: readonly Result[],
): Result {
  const fresh = all.filter(({ suite, status }) => suite === name && status === 'failed').length;
  const one = { suite: name, name: 'search', isSummary: true } as const;
  if (fresh > 0) return { ...one, status: 'failed', message: `${fresh} new` };
  const open = whyOpen(name, summary);
  return open === undefined
    ? { ...one, status: 'ok', message: 'nothing new' }
    : { ...one, status: 'undecided', message: open };
}

/** @returns why "nothing new" cannot be said of a target */
function whyOpen(name: string, summary: EngineSummary): string | undefined {
  if (summary.ending === 'failed') return 'the search could not go on';
  if (summary.ending === 'interrupted') return 'interrupted';
  if (summary.idle.includes(name)) return 'nothing was decided; give it more time';
  const undecided = undecidedOf(name, summary);
  return undecided > 0 ? `${undecided} of what was run could not be decided` : undefined;
}

/**
 * How much of what was run on a target could not be decided. Each engine counts that in its own words:
 *
 *     random     programs too large, and runs that no order explains
 *     jsfuzz     inputs that could not be judged, and those at which jsfuzz itself failed
 *     others     outcomes that could not be judged, and programs without a tally
 */
function undecidedOf(name: string, summary: EngineSummary): number {
  switch (summary.engine) {
    case 'random': {
      const counts = summary.campaign.targets.find(({ target }) => target === name)?.counts;
      return counts ? counts.undecided + counts.unjudged : 0;
    }
    case 'jsfuzz': {
      const one = summary.targets.find(({ target }) => target === name);
      return one ? one.status.undecided + one.crashes : 0;
    }
    default: {
      const totals = summary.targets.find(({ target }) => target === name)?.totals;
      return totals ? totals.unknown + totals.failed : 0;
    }
  }
}

/**
 * A result for each signature that was met, known ones as well: a reader of a report wants to see that they are still there.
 * The sentence is written out for the witness of each cause alone: to read all cases of a search takes seconds, and one of a
 * cause says what the others would.
 *
 *     canary/inc-zero-value-breaks      failed    do not ship: inc leaves 2, where …
 *     canary/inc-wrap-value-breaks      failed    inc at wrap, value, breaks
 */
function metResults({ met }: EngineSummary, told: SearchTold): Result[] {
  const causes = new Map(told.causes.flatMap((cause) => cause.met.map((one) => [one, cause] as const)));
  return met.flatMap((one) => {
    const named = told.targets.find(({ target }) => target.name === one.target);
    if (!named) return [];
    const cause = causes.get(one);
    const isWitness = cause?.witness !== undefined && cause.witness.path === one.case;
    return findingResult({
      target: named.target,
      file: named.file,
      divergence: one.divergence,
      isNew: one.isNew,
      cause: cause && causeNameIn(cause),
      stored: isWitness ? cause.witness?.case : undefined,
      path: one.case,
      command: one.case === undefined ? undefined : told.show(one.target, one.case, one.isNew),
    });
  });
}

/** Met, and no case yet: news all the same. What the summary lists as met is not told twice. */
function leftResults({ left, met }: EngineSummary, told: SearchTold): Result[] {
  const isMet = (target: string, divergence: object) =>
    met.some((one) => one.isNew && one.target === target && sameAs(one.divergence, divergence));
  return left.flatMap(({ target, divergence, path }) => {
    const named = told.targets.find((one) => one.target.name === target);
    if (!named || isMet(target, divergence)) return [];
    const result = findingResult({ target: named.target, file: named.file, divergence, isNew: true });
    return [{ ...result, details: [`no case yet: ${path}`] }];
  });
}

/** Whether two divergences are one: plain data, with their keys in one order. */
function sameAs(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Outcomes that no schedule has, dead guests, programs that end their worker, inputs that jsfuzz fails at. The first two are
 * news, as for the exit code; of the others it is not known what they would have shown, so they are undecided. A worker
 * that is to run its program once more is no result: either it comes back, or the program is left out, and that is told.
 */
function eventResults(event: EngineEvent, { check }: SearchTold): Result[] {
  switch (event.kind) {
    case 'outcomes': {
      const { harness, report } = event;
      if (!report.outcomes.some(({ standing }) => standing === 'unreachable')) return [];
      const [title = '', ...details] = stressReport(harness, report, plainStyle);
      const suite = harness.target.name;
      return [
        { suite, name: title.trim(), status: 'failed', message: 'an outcome that no schedule has', details },
      ];
    }
    case 'guest-crash': {
      const { target, death, programs, path } = event;
      const [program] = programs;
      const message = `the guest died (${death.how})`;
      const command = program === undefined ? undefined : check(target, program);
      return [
        {
          suite: target,
          name: `guest ${path}`,
          status: 'failed',
          message,
          details: programs,
          place: { file: path },
          command,
        },
      ];
    }
    case 'worker-crash': {
      const { target, path, program } = event;
      if (!event.isLeftOut || event.lacksCause) return [];
      const message = workerCrashLine(event, check).split('\n')[0]!;
      const command = program === undefined ? undefined : check(target, program);
      return [
        {
          suite: target,
          name: `worker ${path}`,
          status: 'undecided',
          message,
          place: { file: path },
          command,
        },
      ];
    }
    case 'input-failed':
      return [{ suite: event.target, name: 'input', status: 'undecided', message: event.text }];
    default:
      return [];
  }
}

/** A kernel that does not come up. */
function bootResults(summary: EngineSummary): Result[] {
  if (summary.engine !== 'kernel' || !summary.bootFailure) return [];
  const { message, log } = summary.bootFailure;
  return [{ suite: 'refuzz', name: 'boot', status: 'error', message, details: log }];
}

/** Where a kernel does not do as its model. */
function differences(summary: EngineSummary): Result[] {
  if (summary.engine !== 'kernel') return [];
  return summary.targets
    .filter(({ totals }) => totals.different > 0)
    .map(({ target, totals, harness, differences: found }) => ({
      suite: target,
      name: 'as its model',
      status: 'failed',
      message: `${totals.different} ops differ from the model`,
      details: found.map(({ call }) => harness.alphabet.format(call)),
    }));
}

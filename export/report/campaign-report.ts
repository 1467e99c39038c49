import type { CampaignStatus, CauseStatus } from '../../fuzz/campaign/campaign-status.ts';
import { JUDGEMENTS } from '../../oracles/divergence.ts';
import type { Style } from '../show/style.ts';
import { compact } from './report.ts';

/** Five lines for a person who watches, whatever there is to say. */
export function statusScreen(status: CampaignStatus, style: Style): string {
  const { counts, rates, signatures, features, pool, crashes, leftOut, workers, minimizing } = status;
  const fresh = signatures.new > 0 ? style.red(String(signatures.new)) : '0';
  const last = signatures.last
    ? `, last ${duration(signatures.last.ago)} ago (${signatures.last.target} ${signatures.last.signature})`
    : '';
  const crash =
    crashes > 0 ? style.yellow(`; ${crashes} crashes of workers, ${leftOut} programs left out`) : '';
  return [
    `${style.bold(`${compact(rates.programs)} programs/s`)}  ${compact(rates.schedules)} schedules/s  ${compact(rates.pairs)} op pairs/s   ${timeLine(status)}`,
    `signatures      ${signatures.known} known, ${fresh} new${last}${minimizing > 0 ? `; ${minimizingText(minimizing)}` : ''}`,
    `novelty   ${compact(features)} features ${curve(status.curve)}  ${pool} programs kept`,
    `workers   ${workers.map((rate) => `${compact(rate)}/s`).join('  ')}   ${megabytes(status.memory)}${crash}`,
    `undecided ${compact(counts.undecided)} programs, ${compact(counts.unjudged)} runs`,
  ].join('\n');
}

/** One line, for a log, and so without colours. */
export function statusLine(status: CampaignStatus): string {
  const { rates, signatures, features, pool, crashes, counts } = status;
  const parts = [
    duration(status.uptime),
    `${compact(counts.programs)} programs (${compact(rates.programs)}/s)`,
    `${signatures.known} known, ${signatures.new} new`,
    `${features} features, ${pool} kept`,
    megabytes(status.memory),
    ...(crashes > 0 ? [`${crashes} crashes of workers`] : []),
  ];
  return parts.join('  ');
}

/** While a person waits for it. @param left raw findings, 1 or more */
export function minimizingText(left: number): string {
  return `making cases of ${left} raw ${left === 1 ? 'finding' : 'findings'}`;
}

/** A table of the targets, one a line, under a line of headings. */
export function targetLines(status: CampaignStatus): string {
  const width = Math.max(...status.targets.map(({ name }) => name.length), 'target'.length);
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  return [
    row('target', ['iterations', 'programs', 'known', 'new', 'features', 'kept', 'time']),
    ...status.targets.map((one) =>
      row(one.name, [
        compact(one.iterations),
        compact(one.programs),
        ...[one.known, one.new, one.features, one.pool].map(String),
        duration(one.time),
      ]),
    ),
  ].join('\n');
}

/** Causes of one target that are listed. */
const CAUSES_SHOWN = 6;

/**
 * The causes met so far, a line each below the name of the target; a target that met none is left out.
 *
 *     refcount-v5.5
 *       new    dec-from-INT_MIN-to-1  (5 protects, 1 false-alarm, 18 transient)
 *       known  dec_not_one-at-0       (1 protects)
 */
export function causesSoFar({ targets }: CampaignStatus, style: Style): string[] {
  return targets.flatMap(({ name, causes = [] }) => {
    if (causes.length === 0) return [];
    const shown = causes.slice(0, CAUSES_SHOWN);
    const width = Math.max(...shown.map((cause) => nameOf(cause).length));
    const more = causes.length - shown.length;
    return [
      style.bold(name),
      ...shown.map((cause) => `  ${causeLine(cause, width, style)}`),
      ...(more > 0 ? [`  … and ${more} ${more === 1 ? 'cause' : 'causes'} more`] : []),
    ];
  });
}

function causeLine(cause: CauseStatus, width: number, style: Style): string {
  const mark = cause.new > 0 ? style.red('new  ') : 'known';
  const judged = JUDGEMENTS.flatMap((judgement) => {
    const count = cause.judgements[judgement];
    return count === undefined ? [] : [`${count} ${judgement}`];
  });
  return `${mark}  ${nameOf(cause).padEnd(width)}  (${judged.join(', ')})`;
}

function nameOf({ name }: CauseStatus): string {
  return name ?? 'cause not known yet';
}

/** Seconds; nothing is left to be named of a campaign without an end. */
function timeLine({ uptime, left, state }: CampaignStatus): string {
  if (state !== 'running') return `${state} after ${duration(uptime)}`;
  return left === undefined ? duration(uptime) : `${duration(uptime)}, ${duration(left)} left`;
}

/** A sample of 0 has the lowest bar, so that time without news shows as well. */
const BARS = '▁▂▃▄▅▆▇█';

/** The samples as small bars, between nothing and the largest. */
function curve(samples: readonly number[]): string {
  const most = Math.max(...samples, 1);
  return samples.map((sample) => BARS[Math.round((sample / most) * (BARS.length - 1))]!).join('');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/**
 * `3 s`, `12 min`, `2 h 5 min`, `3 d 4 h`: two parts at the most. A unit lasts until 100 of it, or 48 hours, since
 * `90 s` says more than `2 min`.
 *
 * @param seconds 0 or more
 */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

import { join } from 'node:path';
import type { CampaignStatus, CauseStatus } from '../../fuzz/campaign/campaign-status.ts';
import { sampleOf } from '../../fuzz/campaign/campaign-watch.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import { readStored } from '../../fuzz/storage/set-aside.ts';
import { parsedJson } from '../../fuzz/storage/stored-json.ts';
import { JUDGEMENTS } from '../../oracles/divergence.ts';
import { FILE } from '../../targets/subject/read-file.ts';
import { duration } from '../report/campaign-report.ts';
import { grouped } from '../report/grouped.ts';
import { compact } from '../report/report.ts';
import type { CampaignCause, CampaignData, SeriesPoint } from './page-data.ts';

/*
 * What `status` and the live screen show, from the same file, and the samples that a campaign leaves every
 * ten seconds. All of it may be half written or damaged, as somebody else is writing it: each number is
 * asked whether it is one.
 */

/** More points than a plot has columns say nothing. */
const MOST_POINTS = 240;
/** As `CampaignState` writes it. */
const SERIES_FILE = 'series.jsonl';

/** What `campaignStatus` reads of a campaign. */
export interface CampaignRead {
  readonly folder: string;
  readonly status: CampaignStatus;
  /** Of the process that runs it. */
  readonly pid: number | undefined;
}

/** How a campaign stands, and how it came there, as far as its folder holds that. @param has whether the page has a cause */
export function campaignData(
  { folder, status, pid }: CampaignRead,
  has: (id: string) => boolean,
): CampaignData {
  const { state, seed, uptime, left, workers, machines, targets } = status;
  return {
    folder,
    // A process that was killed could not say that it ended.
    state: state === 'running' && pid === undefined ? 'failed' : state,
    seed,
    ...(pid !== undefined && { pid }),
    uptime,
    ...(left !== undefined && { left }),
    totals: totalsOf(status),
    targets: targets.map(({ causes: _, ...target }) => target),
    workers,
    ...(machines && { machines: machines.map(({ ago, ...one }) => ({ ...one, seen: duration(ago) })) }),
    series: seriesOf(folder, status),
    causes: targets.flatMap(({ name, causes = [] }) => causes.map((cause) => causeOf(name, cause, has))),
  };
}

/**
 * What stands in the tiles, in the order of the live screen. What is nothing to most (crashes) is there
 * only if there is some.
 */
function totalsOf(status: CampaignStatus): (readonly [string, string])[] {
  const { rates, counts, signatures, features, pool, memory, crashes, leftOut, minimizing, uptime } = status;
  const { last } = signatures;
  return [
    ['programs a second', compact(rates.programs)],
    ['schedules a second', compact(rates.schedules)],
    ['programs', grouped(counts.programs)],
    ['searched', duration(uptime)],
    ['known signatures', grouped(signatures.known)],
    ['new signatures', grouped(signatures.new)],
    ...(last ? [['last new one', `${duration(last.ago)} ago`] as const] : []),
    ['features', grouped(features)],
    ['programs kept', grouped(pool)],
    ['memory', `${Math.round(memory / 1e6)} MB`],
    ['undecided programs', grouped(counts.undecided)],
    ['raw findings', grouped(minimizing)],
    ...(crashes > 0 ? [['crashes of workers', `${crashes}; ${leftOut} programs left out`] as const] : []),
  ];
}

/**
 * A cause that the campaign has met. It leads to its page where the corpus that is shown has it: a
 * campaign may have stored it in another.
 */
function causeOf(target: string, cause: CauseStatus, has: (id: string) => boolean): CampaignCause {
  const judged = JUDGEMENTS.flatMap((judgement) => {
    const count = cause.judgements[judgement];
    return count === undefined ? [] : [`${count} ${judgement}`];
  });
  const id = cause.name === null ? undefined : `${target}/${causeFolder(cause.name)}`;
  return {
    target,
    name: cause.name ?? 'cause not known yet',
    signatures: cause.signatures,
    new: cause.new,
    judged: judged.join(', '),
    ...(id !== undefined && has(id) && { id }),
  };
}

/**
 * The course so far, with how it stands now for its last point: a sample is taken every ten seconds only. A line that was
 * cut short, or that somebody has damaged, is one point less.
 */
function seriesOf(folder: string, status: CampaignStatus): SeriesPoint[] {
  const stored = readStored(join(folder, SERIES_FILE), FILE.journal);
  const lines = stored.kind === 'text' ? stored.text.split('\n') : [];
  // As a line, so that the status goes through the same questions as what was stored.
  const now = JSON.stringify(sampleOf(status, ''));
  const samples = [...lines, now].flatMap((line) => sampleIn(line) ?? []);
  const points = samples.map(({ programs, ...point }, at) => {
    const before = samples[at - 1];
    // Two sessions may have left one and the same second, and a clock that was set back a negative one: no rate then.
    const seconds = point.at - (before?.at ?? 0);
    return { ...point, rate: seconds > 0 ? Math.max(0, programs - (before?.programs ?? 0)) / seconds : 0 };
  });
  return thinned(points);
}

type Sample = Omit<SeriesPoint, 'rate'> & { readonly programs: number };

/** One line of the series, if it is whole: every number is there, and is a number. */
function sampleIn(line: string): Sample | undefined {
  const json = parsedJson(line) as Readonly<Record<string, unknown>> | undefined;
  if (typeof json !== 'object' || json === null) return undefined;
  const number = (name: string) => (typeof json[name] === 'number' ? json[name] : Number.NaN);
  const sample = {
    at: number('uptime'),
    programs: number('programs'),
    features: number('features'),
    known: number('known'),
    new: number('new'),
    memory: number('memory') / 1e6,
  };
  if (Object.values(sample).some((value) => !Number.isFinite(value))) return undefined;
  return Number.isFinite(number('causes')) ? { ...sample, causes: number('causes') } : sample;
}

/** Evenly, the last one included. */
function thinned(points: readonly SeriesPoint[]): SeriesPoint[] {
  if (points.length <= MOST_POINTS) return [...points];
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, at) => points[Math.round(at * step)]!);
}

import type { Timed } from './time-run.ts';

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Medians of the runs of one tool on one mutant: to the detection, from the first input and from the start of the process. */
export function cell(runs: readonly Timed[]): string {
  const hits = runs.filter(({ inside }) => inside !== undefined).length;
  const inside = insideOf(runs);
  const share = hits === runs.length ? '' : ` (${hits} of ${runs.length})`;
  if (inside === Number.POSITIVE_INFINITY) return hits === 0 ? 'not found' : `not found${share}`;
  return `${duration(inside)} · ${duration(median(runs.map(({ told }) => told)))}${share}`;
}

/** Medians to what is minimal and named, from the first input and of the whole process, and what it was. */
export function namedCell(runs: readonly Timed[]): string {
  const all = runs.flatMap(({ named, whole }) => (named ? [{ ...named, whole }] : []));
  if (all.length <= runs.length / 2) return 'not found';
  const [ms, whole] = [median(all.map((one) => one.ms)), median(all.map((one) => one.whole))];
  return `${duration(ms)} · ${duration(whole)}: ${all[0]!.what.replaceAll('_', '\\_')}`;
}

/** The median time to the detection; infinite when most runs found nothing. */
export function insideOf(runs: readonly Timed[]): number {
  return median(runs.map(({ inside }) => inside ?? Number.POSITIVE_INFINITY));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** `0.4 ms`, `27 ms`, `3.1 s` */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `27 M`, `2.1 M`, `110 k` */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '–';
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(2)} M`;
  return `${Math.round(perSecond / 1e3)} k`;
}

import type { Style } from '../../export/show/style.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { Replayed } from './replay-mode.ts';

/** What became of a cause: by all of its cases that were replayed. */
export interface ReplayedCause {
  /** With its target, as its folder is called: `refcount-v5.5/dec-from-INT_MIN-to-1`. */
  readonly name: string;
  /**
   * `stays`: all replay as recorded. `gone`: nothing diverges any more in any of them. `undecided`: none has changed, and
   * some are not known. Anything else is `changed`.
   */
  readonly kind: 'stays' | 'gone' | 'changed' | 'undecided';
  readonly cases: number;
  /** Those that do not replay as recorded. */
  readonly failed: readonly Replayed[];
}

/** Cases of a changed cause that are named. */
const CASES_NAMED = 3;

/** Puts together what carries the name of one cause; what carries none is left out. In the order of the cases. */
export function replayedCauses(results: readonly Replayed[]): ReplayedCause[] {
  const groups = new Map<string, Replayed[]>();
  for (const one of results)
    if (one.cause !== undefined) groups.set(one.cause, [...(groups.get(one.cause) ?? []), one]);
  return [...groups].map(([name, all]) => {
    const failed = all.filter(({ kind }) => kind !== 'same');
    return { name, kind: kindOf(all), cases: all.length, failed };
  });
}

function kindOf(all: readonly Replayed[]): ReplayedCause['kind'] {
  if (all.every(({ kind }) => kind === 'same')) return 'stays';
  if (all.every(({ isGone }) => isGone)) return 'gone';
  return all.some(({ kind }) => kind === 'changed') ? 'changed' : 'undecided';
}

/**
 * Lines for a person, one for all that stay, and one for each of the others.
 *
 *     12 causes stay: all their 202 cases replay
 *     gone     refcount-v5.5/dec_not_one-at-0: nothing diverges any more in its 3 cases
 *     changed  refcount-v5.5/dec-from-INT_MIN-to-1: 1 of 9 cases: corpus/…/dec-zero-value-protects.yaml
 *              subject: final were 5, now 6
 *              refuzz show corpus/…/dec-zero-value-protects.yaml
 */
export function causesReplayed(causes: readonly ReplayedCause[], flags: string, style: Style): string[] {
  const staying = causes.filter(({ kind }) => kind === 'stays');
  const sum = staying.reduce((cases, one) => cases + one.cases, 0);
  const [stay, their] = staying.length === 1 ? ['cause stays', 'its'] : ['causes stay', 'their'];
  const stayLine = `${staying.length} ${stay}: all ${their} ${plural(sum, 'case')} replay`;
  const lines = (['gone', 'changed', 'undecided'] as const).flatMap((wanted) =>
    causes.filter(({ kind }) => kind === wanted).flatMap((one) => causeLines(one, flags, style)),
  );
  return [...(staying.length > 0 ? [stayLine] : []), ...lines];
}

function causeLines({ name, kind, cases, failed }: ReplayedCause, flags: string, style: Style): string[] {
  const head = `${style.red(kind.padEnd('undecided'.length))}  ${name}`;
  if (kind === 'gone')
    return [`${head}: nothing diverges any more in ${cases === 1 ? 'its case' : `its ${cases} cases`}`];
  const named = failed.slice(0, CASES_NAMED).map(({ path }) => path);
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
  const indent = ' '.repeat('undecided'.length + 2);
  return [
    `${head}: ${failed.length} of ${plural(cases, 'case')}: ${named.join(', ')}${more}`,
    `${indent}${failed[0]!.reason}`,
    `${indent}refuzz show ${shellWord(named[0]!)}${flags}`,
  ];
}

/** The same as data. */
export function causesReplayedJson(causes: readonly ReplayedCause[]) {
  const those = (wanted: ReplayedCause['kind']) => causes.filter(({ kind }) => kind === wanted);
  const named = (wanted: ReplayedCause['kind']) =>
    those(wanted).map(({ name, cases, failed }) => ({ name, cases, failed: failed.map(({ path }) => path) }));
  return {
    stay: those('stays').map(({ name, cases }) => ({ name, cases })),
    gone: named('gone'),
    changed: named('changed'),
    undecided: named('undecided'),
  };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

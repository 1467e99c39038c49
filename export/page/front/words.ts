import type { CellKind } from '../figure-data.ts';
import { type Child, h } from './dom.ts';

/*
 * How things read on all pages. Signs were chosen that differ in form and are in the usual fonts, since a
 * page brings no font of its own.
 */

/** A sign beside each word, so that nothing is told by its colour alone. */
const SIGNS: Readonly<Record<string, string>> = {
  breaks: '✗',
  misses: '◐',
  'false-alarm': '⚠',
  changes: '≠',
  protects: '✓',
  transient: '◌',
  sound: '✓',
  objects: '■',
  unknown: '?',
  misuse: '✗',
  'as-is': '✓',
  'with-a-change': '△',
  'by-one': '+',
  'with-care': '⚠',
  no: '–',
  weighted: '≡',
  listed: '·',
};

/** How a cell of the matrix reads. */
export const CELL_WORDS: Readonly<Record<CellKind, string>> = {
  sound: 'as it should',
  objects: 'objects',
  'false-alarm': 'false alarm',
  misses: 'misses',
  breaks: 'goes wrong',
  unknown: 'not decided',
};

/** What such a cell means. */
export const CELL_MEANINGS: Readonly<Record<CellKind, string>> = {
  sound: 'under every schedule it does what a counter that never wraps does',
  objects: 'it warns, or holds the count where it does no harm',
  'false-alarm': 'it objects to a use that is sound',
  misses: 'the use is wrong, and some of it passes in silence',
  breaks: 'the use is sound, and it goes wrong in silence',
  unknown: 'the program has too many states',
};

/** The gravest first. */
export const JUDGED = ['breaks', 'misses', 'false-alarm', 'changes', 'protects', 'transient'] as const;

/** A judgement, or what a cell shows, with its sign and its colour. */
export function badge(kind: string, ...children: readonly Child[]): HTMLElement {
  const sign = h('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind] ?? '');
  return h('span', { class: `badge ${kind}` }, sign, ...(children.length > 0 ? children : [kind]));
}

/** `3 cases` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `inc, add(1) and add(2)` */
export function listed(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** `1 028`, with thin spaces between thousands: a comma is a point to half of the world. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** `12`, `3.4k`, `5.6M`: three digits at the most. */
export function compact(value: number): string {
  for (const [unit, size] of [
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (value >= size) return `${(value / size).toPrecision(2).replace(/e.*/, '')}${unit}`;
  return value < 10 && value !== Math.round(value) ? value.toFixed(1) : String(Math.round(value));
}

/** Seconds: `45 s`, `12 min`, `3 h 5 min`. */
export function time(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

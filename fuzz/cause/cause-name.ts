import { createHash } from 'node:crypto';
import { formatValue, INT_MAX, INT_MIN, parseValue } from '../../targets/subject/values.ts';
import type { Interval } from './intervals.ts';

/** Of more ops than this only two are named: a folder's name is read by people. */
const MOST_NAMED = 4;

/** The most that a folder's name has: file systems and archives take more, people and tables do not. */
const MOST_OF_FOLDER = 99;
/** Hexadecimal digits that tell long names apart. */
const DIGITS = 8;

/**
 * The name of a cause, which is also that of its folder, see `causeFolder`: the ops, and where they part alone.
 *
 *     dec_not_one-at-0        alone, from 0
 *     add+inc-from-INT_MAX-to-0     alone, from INT_MAX on, all negative values, and 0
 *     add_not_zero-in-races     only between the accesses of others
 */
export function causeName(ops: readonly string[], alone: readonly Interval[] | undefined): string {
  return causeNameOf(ops, alone === undefined ? 'in-races' : alone.map(intervalName).join('-and-'));
}

/**
 * Of causes that are no single place, with what takes its place in the name.
 *
 *     find+shrink-together                 each alone does not fit the other ops
 *     gc+lookup+put-as-a-whole             the conversion: no op of the one protocol fits the others
 *     dec_and_test-without-acquire         only an order between threads is missing
 *     states-two                           the state "two" has another count
 */
export function causeNameOf(ops: readonly string[], place: string): string {
  const [first, second, ...others] = ops;
  const names = others.length > MOST_NAMED - 2 ? [first, second, `${others.length}-more`] : ops;
  return `${names.join('+')}-${place}`;
}

/**
 * The folder of the cases of a cause, by which it can also be called. Of a name that is too long as much as fits, whole
 * words, and a number made of all of it: two names that begin alike have two folders.
 *
 *     dec_not_one-at-0                                        dec_not_one-at-0
 *     get-at-1-and-at-3-and-at-5-and-… (of 20 such counts)    get-at-1-and-at-3-and-at-5-and-…-and-at-25-d0c1b2a3
 */
export function causeFolder(name: string): string {
  if (name.length <= MOST_OF_FOLDER) return name;
  const digits = createHash('sha256').update(name).digest('hex').slice(0, DIGITS);
  const room = name.slice(0, MOST_OF_FOLDER - DIGITS);
  const words = room.replace(/[-+]+[^-+]*$/, '');
  return `${words.slice(0, MOST_OF_FOLDER - DIGITS - 1)}-${digits}`;
}

/** What a name says. */
export interface ReadName {
  /** Up to MOST_NAMED, and how many others there are. */
  readonly ops: readonly string[];
  readonly others: number;
  /** Where they part alone; else the name says what takes its place. */
  readonly alone: readonly Interval[] | undefined;
  /** `in-races`, `together` */
  readonly place: string;
}

const VALUE = String.raw`(-?\w+?(?:[-+]\d+)?)`;
const PLACE = new RegExp(`^(?:at-${VALUE}|from-${VALUE}-to-${VALUE}|(everywhere))$`);

/** The inverse of `causeName`: for whoever has no time to look for the cause again. @returns undefined for other names */
export function readCauseName(name: string): ReadName | undefined {
  const [, named, place] = /^([\w+]+(?:-more)?)-(.+)$/.exec(name) ?? [];
  if (named === undefined || place === undefined) return undefined;
  const parts = named.split('+');
  const others = Number(/^(\d+)-more$/.exec(parts.at(-1)!)?.[1] ?? 0);
  const ops = others > 0 ? parts.slice(0, -1) : parts;
  const intervals = place.split('-and-').map(intervalOf);
  const isAlone = intervals.every((one) => one !== undefined);
  return { ops, others, place, alone: isAlone ? (intervals as Interval[]) : undefined };
}

function intervalOf(text: string): Interval | undefined {
  const [, at, low, high, everywhere] = PLACE.exec(text) ?? [];
  if (everywhere !== undefined) return { low: INT_MIN, high: INT_MAX };
  const [from, to] = [at ?? low, at ?? high].map((one) => (one === undefined ? undefined : parseValue(one)));
  return from === undefined || to === undefined ? undefined : { low: from, high: to };
}

function intervalName({ low, high }: Interval): string {
  if (low === high) return `at-${formatValue(low)}`;
  if (low === INT_MIN && high === INT_MAX) return 'everywhere';
  return `from-${formatValue(low)}-to-${formatValue(high)}`;
}

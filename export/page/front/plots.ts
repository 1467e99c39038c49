import { h, s } from './dom.ts';
import { compact, time } from './words.ts';

/*
 * Plots of a few hundred points at most, drawn by hand: lines from 0, two levels and three moments. A
 * library of plots is ten times as large as all of this page, and what it adds (zooming, hovering,
 * animations) says nothing here. What a line ends at is said in words above it, which is also what is read
 * out.
 */

/** A line of a plot. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
  /** Steps, for what is counted. */
  readonly isStepped?: boolean;
}

const WIDTH = 460;
const HEIGHT = 180;
const ROOM = { left: 46, right: 12, top: 10, bottom: 26 };
/** Lines are told apart by their strokes, too. */
const DASHES = ['', '6 3', '2 3'];

/**
 * What was counted, over the time that was searched.
 *
 * @param times seconds, one for each value of each line
 */
export function plot(title: string, times: readonly number[], lines: readonly Line[]): HTMLElement {
  const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values));
  const end = Math.max(1e-9, ...times);
  const x = (at: number) => ROOM.left + (at / end) * (WIDTH - ROOM.left - ROOM.right);
  const y = (value: number) => HEIGHT - ROOM.bottom - (value / most) * (HEIGHT - ROOM.top - ROOM.bottom);
  const last = lines.map(({ name, values }) => `${name} ${compact(values.at(-1) ?? 0)}`).join(', ');
  const drawing = s(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': `${title} over ${time(end)}; at the end ${last}`,
    },
    ...grid(most, end, x, y),
    ...lines.map(({ values, isStepped }, index) =>
      s('path', {
        class: `line line${index}`,
        d: pathOf(times, values, x, y, isStepped === true),
        'stroke-dasharray': DASHES[index] ?? '',
      }),
    ),
  );
  const keys = lines.map(({ name, values }, index) =>
    h('span', { class: `key line${index}` }, `${name} ${compact(values.at(-1) ?? 0)}`),
  );
  return h('figure', {}, h('figcaption', {}, h('strong', {}, title), ' ', ...keys), drawing);
}

type Scale = (value: number) => number;

/** Levels and moments, no more than are needed to read off a size: nothing, half and all of each axis. */
function grid(most: number, end: number, x: Scale, y: Scale): SVGElement[] {
  const levels = [0, most / 2, most];
  const moments = [0, end / 2, end];
  return [
    ...levels.flatMap((level) => [
      s('line', { class: 'grid', x1: ROOM.left, x2: WIDTH - ROOM.right, y1: y(level), y2: y(level) }),
      s('text', { class: 'tick', x: ROOM.left - 6, y: y(level) + 4, 'text-anchor': 'end' }, compact(level)),
    ]),
    ...moments.map((moment, at) =>
      s(
        'text',
        {
          class: 'tick',
          x: x(moment),
          y: HEIGHT - 8,
          'text-anchor': (['start', 'middle', 'end'] as const)[at],
        },
        time(moment),
      ),
    ),
  ];
}

/**
 * What is counted grows in steps, and is drawn so: a slope between two samples would claim signatures that
 * nobody met. What is a rate is drawn as a line.
 *
 *     counted    M0 10 H5 V8 H10 V8       level until the next sample, then up
 *     a rate     M0 10 L5 8 L10 8
 */
function pathOf(
  times: readonly number[],
  values: readonly number[],
  x: Scale,
  y: Scale,
  isStepped: boolean,
): string {
  return values
    .map((value, at) => {
      const [to, level] = [x(times[at]!).toFixed(1), y(value).toFixed(1)];
      if (at === 0) return `M${to} ${level}`;
      return isStepped ? `H${to}V${level}` : `L${to} ${level}`;
    })
    .join('');
}

/** A bar for each of a few things. */
export function bars(
  title: string,
  values: readonly (readonly [name: string, value: number])[],
  unit: string,
): HTMLElement {
  const most = Math.max(1e-9, ...values.map(([, value]) => value));
  const line = 26;
  const height = values.length * line + 6;
  const drawing = s(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'aria-label': `${title}: ${values.map(([name, value]) => `${name} ${compact(value)}`).join(', ')} ${unit}`,
    },
    ...values.flatMap(([name, value], at) => {
      const width = (value / most) * (WIDTH - 200);
      const y = at * line + 4;
      return [
        s('text', { class: 'tick', x: 84, y: y + 14, 'text-anchor': 'end' }, name),
        s('rect', { class: 'fill', x: 92, y, width: Math.max(1, width), height: line - 8, rx: 3 }),
        s('text', { class: 'tick', x: 98 + width, y: y + 14 }, `${compact(value)} ${unit}`),
      ];
    }),
  );
  return h('figure', {}, h('figcaption', {}, h('strong', {}, title)), drawing);
}

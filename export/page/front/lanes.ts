import { type Bar, barsOf } from '../bars.ts';
import type { RunData } from '../page-data.ts';
import { s } from './dom.ts';
import { type LaneRow, LINE, laneRows, valuesOver } from './lane-rows.ts';

/*
 * How a run is drawn. Time goes downwards, a row for each access; a lane for each thread, and behind the
 * lanes a column for each word:
 *
 *          thread 0            thread 1          count
 *                                                1
 *       1  ▌┌ put() ────────┐
 *          ▌│ fetch_sub(1)  │                    1 → 0
 *       2  ▌│               │  ┌ lookup() ─────┐
 *          ▌│               │  │ load          │  0
 *
 * A row is as high as what is said in it, so nothing is cut off; a lane is as wide as the longest that is
 * said in it, so that two runs fit side by side. The bars at the left of a lane last from one access to
 * another: a reference that is held, an RCU section, a lock. They differ in form and not in colour alone:
 * full, broken, hollow.
 */

// Pixels, but for SIGN: that is how wide a sign of the fixed font is at most.
const SIGN = 7.3;
const GUTTER = 34;
/** Pixels of a lane beside its text. */
const LANE_ROOM = 20;
/** Signs of a lane in which next to nothing is said. */
const LEAST_SIGNS = 12;
const HEAD = 52;
const GAP = 12;
const TAIL = 14;
/** The bars of a lane stand side by side at its left. */
const BAR = { width: 6, gap: 2 };

/** How small a drawing gets to fit beside another one. */
export const SMALLEST = 0.8;

/** A drawing of a run, and what is shown of it so far. */
export interface Lanes {
  readonly drawing: SVGSVGElement;
  /** @param step the last access that is made; -1 for none */
  show(step: number): void;
}

/** Where everything lies. */
interface Plan {
  readonly run: RunData;
  readonly rows: readonly LaneRow[];
  readonly values: ReturnType<typeof valuesOver>;
  /** A lane behind the last one is where the words begin. */
  readonly laneX: (lane: number) => number;
  /** Kinds of bars, and each lock by itself: two may be held at a time. Each has a place of its own. */
  readonly bars: readonly string[];
  /** From the begin of a lane to its text. */
  readonly text: number;
  /** Words that have a column: who has a lock is told by bars. */
  readonly columns: readonly number[];
  readonly columnX: (column: number) => number;
  readonly width: number;
  readonly height: number;
}

/**
 * A run: a lane for each thread, time downwards, and beside the lanes a column for each word.
 *
 * @param onPick called with the access that somebody points at
 */
export function lanesOf(run: RunData, onPick: (step: number) => void): Lanes {
  const plan = planOf(run);
  const { width, height } = plan;
  const about = `${run.name}, ${run.schedule}: ${run.steps.length} accesses in ${run.lanes.length} lanes. The table below says the same.`;
  const light = s('rect', { class: 'now', x: 0, width, height: 0, y: 0 });
  const rows = run.steps.map((_, at) => rowOf(plan, at, onPick));
  const drawing = s(
    'svg',
    { class: 'lanes', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': about },
    s('rect', { class: 'paper', width, height }),
    light,
    ...heads(plan),
    ...barsOf(run).map((bar) => barOf(plan, bar)),
    ...rows,
  );
  // It gives way a little before it has to be scrolled.
  drawing.style.maxWidth = `${width}px`;
  drawing.style.minWidth = `${width * SMALLEST}px`;
  return {
    drawing,
    show(step) {
      const row = plan.rows[step];
      light.setAttribute('y', String(row?.y ?? HEAD));
      light.setAttribute('height', String(row?.height ?? 0));
      for (const [at, one] of rows.entries()) one.classList.toggle('later', at > step);
    },
  };
}

/** Sizes first, then shapes: everything that is drawn asks the plan where it belongs. */
function planOf(run: RunData): Plan {
  const rows = laneRows(run, HEAD);
  const values = valuesOver(run);
  const columns = run.words.flatMap(({ isLock }, word) => (isLock ? [] : [word]));
  const widths = columns.map((word) => {
    const signs = run.steps.map((_, at) => valueText({ values, columns }, word, at).length);
    const { name, start } = run.words[word]!;
    return Math.max(name.length, start.length, ...signs) * SIGN + GAP + 6;
  });
  // In the order in which they are first met, the same in all lanes: so a lock has one column, whoever holds it.
  const bars = [...new Set(barsOf(run).flatMap((bar) => barKey(bar) ?? []))];
  const text = bars.length * (BAR.width + BAR.gap) + 16;
  const lanes = run.lanes.map((name, lane) => {
    const own = rows.filter((_, at) => run.steps[at]!.lane === lane).flatMap(({ lines }) => lines);
    const signs = own.map(({ text }) => text.length);
    return Math.max(LEAST_SIGNS, name.length, ...signs) * SIGN + text + LANE_ROOM;
  });
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
  const laneX = (lane: number) => GUTTER + sum(lanes.slice(0, lane));
  const columnX = (column: number) => laneX(lanes.length) + GAP + sum(widths.slice(0, column));
  const last = rows.at(-1);
  return {
    run,
    rows,
    values,
    laneX,
    bars,
    text,
    columns,
    columnX,
    width: Math.ceil(columnX(columns.length)),
    height: (last ? last.y + last.height : HEAD) + TAIL,
  };
}

/** More columns than this, and a change says only what it leaves: what was there stands above. */
const WIDE = 2;

/** `0 → 1` where the access changed it, else what it holds. */
function valueText(
  { values, columns }: Pick<Plan, 'values' | 'columns'>,
  word: number,
  step: number,
): string {
  const [before, now] = [values[step]![word]!, values[step + 1]![word]!];
  if (before === now) return now;
  return columns.length > WIDE ? `→ ${now}` : `${before} → ${now}`;
}

/** Names, and below those of words what they hold at the start. */
function heads({ run, laneX, columns, columnX, height }: Plan): SVGElement[] {
  const rule = (x: number) => s('line', { class: 'rule', x1: x, x2: x, y1: HEAD - 8, y2: height - TAIL });
  const text = (kind: string, x: number, y: number, what: string) => s('text', { class: kind, x, y }, what);
  return [
    ...run.lanes.flatMap((lane, at) => [rule(laneX(at)), text('head', laneX(at) + 6, HEAD - 32, lane)]),
    ...columns.flatMap((word, at) => {
      const { name, start } = run.words[word]!;
      const x = columnX(at) + 2;
      return [rule(x - 2 - GAP / 2), text('head', x, HEAD - 32, name), text('value', x, HEAD - 14, start)];
    }),
  ];
}

/** By which a bar finds its place. @returns undefined for an op, which is a box */
function barKey({ kind, label }: Bar): string | undefined {
  if (kind === 'op') return undefined;
  return kind === 'lock' ? label : kind;
}

/**
 * An op is a box around its accesses; all else is a thin bar. What was so at the start begins above the
 * first row, and what outlasts the run ends below the last.
 */
function barOf({ rows, laneX, bars, text, height }: Plan, bar: Bar): SVGElement {
  const { kind, lane, from, to, label } = bar;
  const top = from < 0 ? HEAD - 6 : rows[from]!.y + 3;
  const end = rows[to];
  const bottom = end ? end.y + end.height - 3 : height - TAIL + 6;
  const title = s('title', {}, label);
  if (kind === 'op') {
    const box = {
      x: laneX(lane) + text - 8,
      y: top,
      width: laneX(lane + 1) - laneX(lane) - text + 2,
      height: bottom - top,
      rx: 5,
    };
    return s('rect', { class: `op lane${lane % 4}`, ...box }, title);
  }
  const x = laneX(lane) + 5 + bars.indexOf(barKey(bar)!) * (BAR.width + BAR.gap);
  return s(
    'rect',
    { class: `bar ${kind}`, x, y: top, width: BAR.width, height: Math.max(4, bottom - top), rx: 3 },
    title,
  );
}

/** One access, which can be pointed at anywhere in its row. */
function rowOf(plan: Plan, at: number, onPick: (step: number) => void): SVGGElement {
  const { run, rows, laneX, text, width } = plan;
  const { y, height, lines } = rows[at]!;
  const step = run.steps[at]!;
  const x = laneX(step.lane) + text;
  const texts = lines.map(({ text, kind }, line) =>
    s('text', { class: kind, x: x + (kind === 'op' ? 0 : 6), y: y + 17 + line * LINE }, text),
  );
  return s(
    'g',
    { class: step.diverges ? 'row diverges' : 'row', onclick: () => onPick(at) },
    s('rect', { class: 'hit', x: 0, y, width, height }),
    s(
      'text',
      { class: 'number', x: GUTTER - 10, y: y + 17 + rows[at]!.accessLine * LINE, 'text-anchor': 'end' },
      at + 1,
    ),
    ...texts,
    ...valuesAt(plan, at),
  );
}

/** What the access met, and what it left; of the other words only what it changed. */
function valuesAt({ run, rows, values, columns, columnX }: Plan, at: number): SVGElement[] {
  const { word: own, changes = [] } = run.steps[at]!;
  const { y, accessLine } = rows[at]!;
  return columns.flatMap((word, column) => {
    const isChanged = changes.some(([index]) => index === word);
    if (!isChanged && word !== own) return [];
    const text = valueText({ values, columns }, word, at);
    const line = { x: columnX(column) + 2, y: y + 17 + accessLine * LINE };
    return [s('text', { class: isChanged ? 'value changed' : 'value', ...line }, text)];
  });
}

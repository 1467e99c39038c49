import Table from 'cli-table3';
import type { MetDivergence } from '../../fuzz/case/met-divergence.ts';
import { BOUNDARIES, type Boundary } from '../../oracles/boundary.ts';
import { JUDGEMENTS, type Judgement } from '../../oracles/divergence.ts';
import { judgementPaint } from '../show/show.ts';
import type { Style } from '../show/style.ts';

/**
 * What was found, for a person: ops down, boundaries across, and in a cell how many signatures of each judgement.
 * With more than one target, a table of the targets comes first and the ops of all are counted together.
 *
 *     op   zero   minus-one   int-max   …
 *     ─────────────────────────────────────
 *     inc  2P 1A  ·           1P        …
 *
 * @returns lines without a line break at the end; empty text when there is no row
 */
export function divergenceTable(rows: readonly MetDivergence[], style: Style): string {
  if (rows.length === 0) return '';
  const targets = namesOf(rows.map(({ target }) => target));
  const overview = targets.length > 1 ? [targetTable(rows, targets, style), ''] : [];
  const heading = targets.length > 1 ? [] : [style.bold(targets[0]!)];
  return [...heading, ...overview, opTable(rows, style), legend(rows, style)].join('\n');
}

/** Unique, and explained by `legend`. `A` is for alarm. */
const INITIALS: Readonly<Record<Judgement, string>> = {
  protects: 'P',
  'false-alarm': 'A',
  misses: 'M',
  breaks: 'B',
  changes: 'C',
  transient: 'T',
};

function targetTable(rows: readonly MetDivergence[], targets: readonly string[], style: Style): string {
  const head = ['target', 'known', 'new', 'met', ...JUDGEMENTS];
  const lines = targets.map((target) => {
    const own = rows.filter((row) => row.target === target);
    const fresh = own.filter(({ isNew }) => isNew).length;
    const met = own.reduce((sum, { count }) => sum + count, 0);
    const judged = JUDGEMENTS.map((judgement) => countCell(own, judgement, style));
    return [target, number(own.length - fresh, style), number(fresh, style), number(met, style), ...judged];
  });
  return table(head, lines, style, 'right');
}

/** A dot for 0: what is there stands out. */
function countCell(rows: readonly MetDivergence[], judgement: Judgement, style: Style): string {
  const count = rows.filter(({ divergence }) => divergence.judgement === judgement).length;
  return count === 0 ? style.dim('·') : judgementPaint(judgement, style)(String(count));
}

function number(count: number, style: Style): string {
  return count === 0 ? style.dim('·') : String(count);
}

function opTable(rows: readonly MetDivergence[], style: Style): string {
  const ops = namesOf(rows.map(({ divergence }) => divergence.op));
  const lines = ops.map((op) => {
    const own = rows.filter(({ divergence }) => divergence.op === op);
    return [op, ...BOUNDARIES.map((boundary) => cell(own, boundary, style))];
  });
  return table(['op', ...BOUNDARIES], lines, style, 'left');
}

/** `2P 1A`, in the order of the judgements. */
function cell(rows: readonly MetDivergence[], boundary: Boundary, style: Style): string {
  const here = rows.filter(({ divergence }) => divergence.boundary === boundary);
  const parts = JUDGEMENTS.flatMap((judgement) => {
    const count = here.filter(({ divergence }) => divergence.judgement === judgement).length;
    return count === 0 ? [] : [judgementPaint(judgement, style)(`${count}${INITIALS[judgement]}`)];
  });
  return parts.length === 0 ? style.dim('·') : parts.join(' ');
}

function legend(rows: readonly MetDivergence[], style: Style): string {
  const met = JUDGEMENTS.filter((judgement) =>
    rows.some(({ divergence }) => divergence.judgement === judgement),
  );
  const words = met.map(
    (judgement) => `${judgementPaint(judgement, style)(INITIALS[judgement])} ${judgement}`,
  );
  return `${words.join(style.dim('  '))}  ${style.dim('(signatures, however often met)')}`;
}

/**
 * Columns under one rule. The table's own colours are off: they would ignore NO_COLOR and tests alike.
 *
 * @param lines as many cells as `head` each
 * @param align of all columns but the first
 * @returns lines without a line break at the end, and without blanks at their own
 */
export function table(
  head: readonly string[],
  lines: readonly string[][],
  style: Style,
  align: 'left' | 'right',
): string {
  const drawn = new Table({
    head: head.map((text) => style.dim(text)),
    chars: LIGHT,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : align)),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  drawn.push(...lines);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** One rule under the headings, and nothing else. */
const LIGHT = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Each name once, in the order of the alphabet. */
function namesOf(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** `950`, `9999`, `12k`, `3.4M`, `1.2G`. Rounded within its unit: 999,999 is `1000k`. */
export function compact(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`;
  return count >= 1e4 ? `${Math.round(count / 1e3)}k` : String(Math.round(count));
}

import { MATRIX_CELLS, type MatrixCell, type MatrixData, type MatrixRow } from '../figure-data.ts';
import { h } from './dom.ts';
import type { Page } from './page.ts';
import { rowHead, table } from './table.ts';
import { badge, CELL_MEANINGS, CELL_WORDS } from './words.ts';

/*
 * The question of a security researcher: here is the sequence of a CVE, which generation of the counter stops it? So the
 * generations are columns, in the order in which they came, and one looks along a row.
 */

/** Below the title; what the words in the cells mean follows it. */
const HOW_IT_IS_MADE =
  'Each program under every schedule, held against a counter that never wraps. The gravest that some schedule shows is named.';

/** What each generation of counters does with each program. */
export function matrixPage({ counters, rows }: MatrixData): Page {
  const heads = counters.map(({ name, about }) => h('th', { scope: 'col', title: about }, name));
  // Words that no cell has would only make the list longer.
  const met = MATRIX_CELLS.filter((kind) =>
    rows.some(({ cells }) => cells.some((cell) => cell.kind === kind)),
  );
  const meanings = met.flatMap((kind) => [
    h('dt', {}, badge(kind, CELL_WORDS[kind])),
    h('dd', {}, CELL_MEANINGS[kind]),
  ]);
  return {
    title: 'Programs on generations of counters',
    body: [
      h('p', { class: 'lead' }, HOW_IT_IS_MADE),
      h('dl', { class: 'meanings' }, ...meanings),
      table('Programs on counters', 'matrix', ['program', ...heads], rows.map(rowOf)),
    ],
  };
}

/** The program can be pasted behind --program as it is. */
function rowOf({ program, about, cells }: MatrixRow): HTMLElement {
  const name = rowHead(h('code', {}, program), h('span', { class: 'about' }, about));
  return h('tr', {}, name, ...cells.map(cellOf));
}

/** Sign and word, what the count ends as, and what was warned of: nothing of it is told by the colour alone. */
function cellOf({ kind, warnings, finals, signatures }: MatrixCell): HTMLElement {
  const [first, ...others] = finals;
  const or = others.length > 0 ? ` or ${others.join(', ')}` : '';
  const names = signatures.map((one) => h('li', {}, one));
  return h(
    'td',
    { class: `cell ${kind}` },
    badge(kind, CELL_WORDS[kind]),
    h('span', { class: 'ends' }, first === undefined ? '' : `ends ${first}${or}`),
    ...warnings.map((text) => h('span', { class: 'said' }, `⚠ ${text}`)),
    names.length > 0 &&
      h('details', {}, h('summary', {}, `${names.length} against ideal`), h('ul', {}, ...names)),
  );
}

import { MATRIX_CELLS, type MatrixCell, type MatrixData } from '../page-data.ts';
import { h } from './dom.ts';
import type { Page } from './page.ts';
import { badge, CELL_MEANINGS, CELL_WORDS } from './words.ts';

/** What each generation of counters does with each program. */
export function matrixPage({ counters, rows }: MatrixData): Page {
  const head = counters.map(({ name, about }) => h('th', { scope: 'col', title: about }, name));
  const lines = rows.map(({ program, about, cells }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('code', {}, program), h('span', { class: 'about' }, about)),
      ...cells.map(cellOf),
    ),
  );
  const met = MATRIX_CELLS.filter((kind) =>
    rows.some(({ cells }) => cells.some((cell) => cell.kind === kind)),
  );
  return {
    title: 'Programs on generations of counters',
    body: [
      h(
        'p',
        { class: 'lead' },
        'Each program under every schedule, held against a counter that never wraps. The gravest that some schedule shows is named.',
      ),
      h(
        'dl',
        { class: 'meanings' },
        ...met.flatMap((kind) => [
          h('dt', {}, badge(kind, CELL_WORDS[kind])),
          h('dd', {}, CELL_MEANINGS[kind]),
        ]),
      ),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Programs on counters' },
        h(
          'table',
          { class: 'matrix' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'program'), ...head)),
          h('tbody', {}, ...lines),
        ),
      ),
    ],
  };
}

function cellOf({ kind, warnings, finals, signatures }: MatrixCell): HTMLElement {
  const [first, ...others] = finals;
  const ends =
    first === undefined ? '' : `ends ${first}${others.length > 0 ? ` or ${others.join(', ')}` : ''}`;
  return h(
    'td',
    { class: `cell ${kind}` },
    badge(kind, CELL_WORDS[kind]),
    h('span', { class: 'ends' }, ends),
    ...warnings.map((text) => h('span', { class: 'said' }, `⚠ ${text}`)),
    signatures.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, `${signatures.length} against ideal`),
        h('ul', {}, ...signatures.map((one) => h('li', {}, one))),
      ),
  );
}

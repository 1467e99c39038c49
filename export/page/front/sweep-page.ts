import type { SweepData, SweepRange, SweepRow } from '../page-data.ts';
import { h } from './dom.ts';
import type { Page } from './page.ts';
import { badge, grouped, JUDGED } from './words.ts';

/** Every old value of every call, as a number line. */
export function sweepPage(sweep: SweepData): Page {
  const told = h(
    'div',
    { class: 'told', 'aria-live': 'polite' },
    h('p', {}, 'Choose a range to see what both sides do there.'),
  );
  const head = sweep.columns.map(({ from, to, values }) =>
    h(
      'th',
      { scope: 'col', class: values === 1 ? 'point' : 'span' },
      values === 1 ? from : `${from} … ${to}`,
      h('span', { class: 'about' }, values === 1 ? '' : grouped(values)),
    ),
  );
  const tell = (row: SweepRow, range: SweepRange) => told.replaceChildren(...rangeText(sweep, row, range));
  return {
    title: `${sweep.target}: the number line`,
    body: [
      h(
        'p',
        { class: 'lead' },
        `${sweep.subject} against ${sweep.reference}, each call on each old value, from INT_MIN over 0 to INT_MAX. A column begins where some call changes what it does.`,
      ),
      h('ul', {}, ...sweep.summary.map((line) => h('li', {}, line))),
      told,
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'The number line' },
        h(
          'table',
          { class: 'matrix line' },
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'call'), ...head)),
          h('tbody', {}, ...sweep.rows.map((row) => rowOf(row, tell))),
        ),
      ),
    ],
  };
}

function rowOf(row: SweepRow, tell: (row: SweepRow, range: SweepRange) => void): HTMLElement {
  const cells = row.ranges.map((range) => {
    const gravest = JUDGED.find((one) => range.judged.some(({ judgement }) => judgement === one));
    const word = gravest ?? (range.isSame ? 'same' : 'no divergence');
    const button = h(
      'button',
      {
        type: 'button',
        'aria-label': `${row.call} on ${range.label}: ${word}`,
        onclick: () => tell(row, range),
      },
      gravest ? badge(gravest) : word,
    );
    return h('td', { class: `cell ${gravest ?? 'same'}`, colspan: range.to - range.from + 1 }, button);
  });
  return h('tr', {}, h('th', { scope: 'row' }, h('code', {}, row.call)), ...cells);
}

function rangeText({ reference, subject }: SweepData, { call }: SweepRow, range: SweepRange): HTMLElement[] {
  const rows = [
    [reference, range.reference],
    [subject, range.subject],
  ] as const;
  return [
    h('p', {}, h('strong', {}, call), ` on ${range.label}`),
    h(
      'dl',
      { class: 'facts' },
      ...rows.flatMap(([name, does]) => [h('dt', {}, name), h('dd', {}, h('code', {}, does))]),
    ),
    h(
      'p',
      {},
      ...(range.judged.length > 0
        ? range.judged.flatMap(({ signature, judgement }) => [badge(judgement, signature), ' '])
        : ['No divergence.']),
    ),
  ];
}

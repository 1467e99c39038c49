import type { SweepData, SweepRange, SweepRow } from '../figure-data.ts';
import { h } from './dom.ts';
import type { Page } from './page.ts';
import { rowHead, table } from './table.ts';
import { badge, grouped, JUDGED } from './words.ts';

/*
 * A number line true to scale would show nothing: what happens at 0 happens at one value of four thousand million. So each
 * range has a column, however many values it has, and the head says how many these are.
 *
 *                  INT_MIN   INT_MIN+1 … -1   0          1 … INT_MAX-1   INT_MAX
 *     inc          protects  protects         protects   same            protects
 */

/** Every old value of every call, as a number line. */
export function sweepPage(sweep: SweepData): Page {
  const first = h('p', {}, 'Choose a range to see what both sides do there.');
  const told = h('div', { class: 'told', 'aria-live': 'polite' }, first);
  const tell = (row: SweepRow, range: SweepRange) => told.replaceChildren(...rangeText(sweep, row, range));
  const heads = ['call', ...sweep.columns.map(columnHead)];
  const lead = `${sweep.subject} against ${sweep.reference}, each call on each old value, from INT_MIN over 0 to INT_MAX. A column begins where some call changes what it does.`;
  return {
    title: `${sweep.target}: the number line`,
    body: [
      h('p', { class: 'lead' }, lead),
      h('ul', {}, ...sweep.summary.map((line) => h('li', {}, line))),
      told,
      table(
        'The number line',
        'matrix line',
        heads,
        sweep.rows.map((row) => rowOf(row, tell)),
      ),
    ],
  };
}

/** A value by its name, or the two ends of a range and how many there are between them. */
function columnHead({ from, to, values }: SweepData['columns'][number]): HTMLTableCellElement {
  if (values === 1) return h('th', { scope: 'col' }, from);
  const ends = [`${from} …`, to].map((end) => h('span', { class: 'end' }, end));
  return h('th', { scope: 'col' }, ...ends, h('span', { class: 'about' }, grouped(values)));
}

/**
 * Ranges of one call may reach over several columns: others change there, and this one does not. A cell is
 * a button, so that the keyboard comes to every range; what it says is read out with the call and the
 * range, which its place in the table tells the eye.
 */
function rowOf(row: SweepRow, tell: (row: SweepRow, range: SweepRange) => void): HTMLElement {
  const cells = row.ranges.map((range) => {
    const gravest = JUDGED.find((one) => range.judged.some(({ judgement }) => judgement === one));
    const word = gravest ?? (range.isSame ? 'same' : 'no divergence');
    const about = { type: 'button', 'aria-label': `${row.call} on ${range.label}: ${word}` };
    const button = h(
      'button',
      { ...about, onclick: () => tell(row, range) },
      gravest ? badge(gravest) : word,
    );
    return h('td', { class: `cell ${gravest ?? 'same'}`, colspan: range.to - range.from + 1 }, button);
  });
  return h('tr', {}, rowHead(h('code', {}, row.call)), ...cells);
}

/** What a sweep prints in a line: both sides by their rule, and the signatures. */
function rangeText({ reference, subject }: SweepData, { call }: SweepRow, range: SweepRange): HTMLElement[] {
  const does = (name: string, text: string) => [h('dt', {}, name), h('dd', {}, h('code', {}, text))];
  const judged = range.judged.flatMap(({ signature, judgement }) => [badge(judgement, signature), ' ']);
  return [
    h('p', {}, h('strong', {}, call), ` on ${range.label}`),
    h('dl', { class: 'facts' }, ...does(reference, range.reference), ...does(subject, range.subject)),
    h('p', {}, ...(judged.length > 0 ? judged : ['No divergence.'])),
  ];
}

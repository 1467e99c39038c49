import type { SweepData, SweepRange, SweepRow } from '../figure-data.ts';
import { type Child, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { rowHead, table } from './table.ts';
import { badge, grouped, JUDGED, listed } from './words.ts';

/*
 * A number line true to scale would show nothing: what happens at 0 happens at one value of four thousand million. So each
 * range has a column, however many values it has, and the head says how many these are.
 *
 *                  INT_MIN    INT_MIN+1 … -1   0            1 … INT_MAX-1   INT_MAX
 *                  wrapped                     zero                         wraps next
 *     inc          protects   protects         protects     same            protects
 *                  0xC0000000 0xC0000000 ⚠     0xC0000000 ⚠ old+1           0xC0000000 ⚠
 */

/** What a reader looks for on the line: the values at which counts go wrong in kernels. */
const LANDMARKS: Readonly<Record<string, string>> = {
  INT_MIN: 'wrapped',
  '-1': 'below zero',
  '0': 'zero',
  INT_MAX: 'wraps next',
};

/** What differs between the page of a sweep and that of a cause. */
export interface SweepPlace {
  readonly title: string;
  readonly crumbs?: readonly Child[];
  /** The address of a case with a signature, where the page has one. */
  readonly caseOf?: (signature: string) => string | undefined;
}

/** Every old value of every call, as a number line. */
export function sweepPage(sweep: SweepData, { title, crumbs, caseOf }: SweepPlace): Page {
  const told = h('div', { class: 'told', 'aria-live': 'polite' });
  const chosen: { button?: HTMLElement } = {};
  const tell = (button: HTMLElement, row: SweepRow, range: SweepRange) => {
    chosen.button?.setAttribute('aria-pressed', 'false');
    button.setAttribute('aria-pressed', 'true');
    chosen.button = button;
    told.replaceChildren(...rangeText(sweep, row, range, caseOf));
  };
  const rows = sweep.rows.map((row) => rowOf(row, tell));
  const line = table('The number line', 'matrix line', ['call', ...sweep.columns.map(columnHead)], rows);
  openAtGravest(sweep, line);
  const calls = sweep.rows.map(({ call }) => call);
  const what = calls.length > 3 ? `${calls.length} calls` : listed(calls);
  return {
    title,
    ...(crumbs && { crumbs }),
    body: [
      h(
        'p',
        { class: 'lead' },
        `What ${what} of ${sweep.subject} ${calls.length === 1 ? 'does' : 'do'} to each old value of the word, against ${sweep.reference}.`,
      ),
      h('p', { class: 'note' }, HOW_TO_READ),
      line,
      told,
      h('ul', { class: 'notes' }, ...sweep.summary.map((text) => h('li', {}, text))),
    ],
  };
}

/**
 * The gravest is told at once, as an empty box would have to be explained; of several the one at a landmark. The line is
 * wider than most screens, so it is moved to where that is, once it is there to be moved.
 */
function openAtGravest({ columns }: SweepData, line: HTMLElement): void {
  const buttons = [...line.querySelectorAll<HTMLElement>('.cell button')];
  const weight = (button: HTMLElement) => {
    const at = JUDGED.findIndex((one) => button.parentElement!.classList.contains(one));
    return at < 0 ? JUDGED.length : at;
  };
  const gravest = buttons.filter((button) => weight(button) === Math.min(...buttons.map(weight)));
  const isAt = (button: HTMLElement, name: string) =>
    button.getAttribute('aria-label')!.includes(` on ${name}:`);
  const known = ['INT_MAX', '0'].filter((name) => columns.some(({ from }) => from === name));
  const chosen = known.flatMap((name) => gravest.filter((button) => isAt(button, name)))[0] ?? gravest[0];
  chosen?.click();
  requestAnimationFrame(() => {
    if (chosen) line.scrollLeft = chosen.parentElement!.offsetLeft;
  });
}

const HOW_TO_READ =
  'The line goes from INT_MIN over 0 to INT_MAX, behind which a word wraps to INT_MIN again. A column begins where some call changes what it does. A cell says how the two differ, and what the subject leaves in the word; ⚠ where it warns. Choose one to see both sides.';

/** A value by its name, or the two ends of a range and how many there are between them. */
function columnHead({ from, to, values }: SweepData['columns'][number]): HTMLTableCellElement {
  const landmark = values === 1 ? LANDMARKS[from] : undefined;
  const ends = values === 1 ? [from] : [`${from} …`, to];
  const about = landmark ?? (values === 1 ? '' : `${grouped(values)} values`);
  return h(
    'th',
    { scope: 'col', class: landmark === undefined ? '' : 'landmark' },
    ...ends.map((end) => h('span', { class: 'end' }, end)),
    about !== '' && h('span', { class: 'about' }, about),
  );
}

/**
 * Ranges of one call may reach over several columns: others change there, and this one does not. A cell is
 * a button, so that the keyboard comes to every range; what it says is read out with the call and the
 * range, which its place in the table tells the eye.
 */
function rowOf(
  row: SweepRow,
  tell: (button: HTMLElement, row: SweepRow, range: SweepRange) => void,
): HTMLElement {
  const cells = row.ranges.map((range) => {
    const gravest = JUDGED.find((one) => range.judged.some(({ judgement }) => judgement === one));
    const word = gravest ?? (range.isSame ? 'same' : 'no divergence');
    const leaves = shortly(range.subject);
    const button: HTMLElement = h(
      'button',
      {
        type: 'button',
        'aria-pressed': 'false',
        // It ends with what is written there, for who says aloud what he sees.
        'aria-label': `${row.call} on ${range.label}: ${word} ${leaves}`,
        onclick: () => tell(button, row, range),
      },
      gravest ? badge(gravest) : word,
      ' ',
      h('span', { class: 'does' }, leaves),
    );
    return h('td', { class: `cell ${gravest ?? 'same'}`, colspan: range.to - range.from + 1 }, button);
  });
  return h('tr', {}, rowHead(h('code', {}, row.call)), ...cells);
}

/** `0xC0000000 "saturated; leaking memory"` without its texts, which would make every column as wide as a sentence. */
function shortly(text: string): string {
  return text.replace(/ ".*$/, ' ⚠');
}

/**
 * What a sweep prints in a line: both sides by their rule, and the signatures. A signature leads to its case: what one op
 * does alone is a program of one op.
 */
function rangeText(
  { reference, subject }: SweepData,
  { call }: SweepRow,
  range: SweepRange,
  caseOf: SweepPlace['caseOf'],
): HTMLElement[] {
  const does = (name: string, text: string) => [h('dt', {}, name), h('dd', {}, h('code', {}, text))];
  const judged = range.judged.flatMap(({ signature, judgement }) => {
    const address = caseOf?.(signature);
    return [badge(judgement, address === undefined ? signature : link(address, signature)), ' '];
  });
  return [
    h('p', {}, h('strong', {}, call), ` on ${range.label}`),
    h('dl', { class: 'facts' }, ...does(reference, range.reference), ...does(subject, range.subject)),
    h(
      'p',
      {},
      ...(judged.length > 0
        ? judged
        : [range.isSame ? 'Both do the same.' : 'No divergence: what differs is allowed.']),
    ),
  ];
}

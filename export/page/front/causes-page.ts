import type { SweepData } from '../figure-data.ts';
import type { CaseData, CauseData, PageData } from '../page-data.ts';
import { filters, isWanted } from './causes-filter.ts';
import { addressOf, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { sweepPage } from './sweep-page.ts';
import { rowHead, table } from './table.ts';
import { badge, counted, JUDGED, listed } from './words.ts';

/*
 * Causes come first, and cases below them: a corpus of a thousand cases has some sixty causes, and it is a cause that
 * somebody mends or decides to live with. Their order is that of `explain`: new ones first, then by target.
 */

/** Said once, at the top of the list, for a reader who meets the word for the first time. */
const WHAT_IS_A_CAUSE =
  'A cause is the fewest ops that have to run as the reference’s for a divergence to go away. One cause explains many cases.';

/** Every cause, and a filter over them. */
export function causesPage(data: PageData): Page {
  const body = h('tbody');
  // Whoever hears the page learns in this way that his words have changed the list.
  const found = h('p', { class: 'found', 'aria-live': 'polite' });
  const fill = () => {
    const causes = data.causes.filter(isWanted);
    const cases = causes.reduce((sum, cause) => sum + cause.cases.length, 0);
    // Only the rows: the fields keep what was typed, and the place where the reader types.
    body.replaceChildren(...causes.map(causeRow));
    found.textContent = `${counted(causes.length, 'cause')} of ${data.causes.length}, ${counted(cases, 'case')}`;
  };
  fill();
  return {
    title: 'Causes',
    body: [
      h('p', { class: 'lead' }, WHAT_IS_A_CAUSE),
      filters(data, fill),
      found,
      table('Causes', 'list causes', ['target', 'cause', 'what it does', 'judged', 'cases'], body),
    ],
  };
}

/** What has the longest text, what it does, has the most room: see page.css. */
function causeRow(cause: CauseData): HTMLElement {
  const name = link(addressOf('cause', cause.id), cause.name);
  return h(
    'tr',
    {},
    h('td', {}, cause.target),
    rowHead(name, cause.isNew && h('span', { class: 'new' }, 'new')),
    h('td', { class: 'what' }, cause.text),
    h('td', { class: 'judged' }, ...judgedBadges(cause)),
    h('td', { class: 'count' }, cause.cases.length),
  );
}

/** How its signatures are judged, the gravest first: what breaks must not stand behind what protects. */
function judgedBadges({ judged }: CauseData): HTMLElement[] {
  return JUDGED.flatMap((one) => (judged[one] === undefined ? [] : [badge(one, `${judged[one]} ${one}`)]));
}

/**
 * One cause: its story as `explain` tells it, and the cases that it explains. The story is text of fixed width, as it is
 * in a terminal: its columns mean something.
 */
export function causePage(data: PageData, cause: CauseData): Page {
  const cases = cause.cases.flatMap((id) => data.cases.find((one) => one.id === id) ?? []);
  const story = cause.story.map(({ heading, lines }) =>
    h('section', {}, h('h2', {}, heading), h('pre', { class: 'story', tabindex: 0 }, lines.join('\n'))),
  );
  // The first is the one that `explain` draws: the smallest, and of those the one at the plainest values.
  const rows = cases.map((one, at) => caseRow(one, at === 0 && cases.length > 1));
  return {
    title: cause.name,
    crumbs: [link('causes', 'causes'), ` / ${cause.target}`],
    body: [
      h('p', { class: 'lead' }, `${cause.text}.`),
      h('p', { class: 'judged' }, ...judgedBadges(cause)),
      ...(cause.line ? [h('p', {}, link(addressOf('line', cause.id), lineTitle(cause, cause.line)))] : []),
      ...story,
      h('h2', {}, counted(cases.length, 'case')),
      table('Cases', 'list', ['case', 'judged', 'program', 'differs in'], rows),
    ],
  };
}

/** What its ops do to every old value. A signature that one of them shows alone leads to the case that holds it. */
export function causeLinePage(data: PageData, cause: CauseData, line: SweepData): Page {
  const cases = cause.cases.flatMap((id) => data.cases.find((one) => one.id === id) ?? []);
  return sweepPage(line, {
    title: lineTitle(cause, line),
    crumbs: [
      link('causes', 'causes'),
      ' / ',
      link(addressOf('cause', cause.id), `${cause.target}/${cause.name}`),
    ],
    // A signature may be shown by a race alone: then no case of one op holds it, and it stays text.
    caseOf: (signature) => {
      const found = cases.find((one) => one.signature === signature);
      return found && addressOf('case', found.id);
    },
  });
}

/** `inc and add(1) on the number line` */
function lineTitle({ ops }: CauseData, { rows }: SweepData): string {
  const calls = rows.map(({ call }) => call);
  // Calls say more than ops, `add(2)` than `add`; but a title is one line.
  const names = calls.length <= 2 ? calls : ops;
  return `${names.length <= 2 ? listed(names) : `${names.length} ops`} on the number line`;
}

/** A case by its signature; the program is what tells two of one op apart. */
function caseRow(one: CaseData, isWitness: boolean): HTMLElement {
  const name = link(addressOf('case', one.id), one.signature);
  return h(
    'tr',
    {},
    rowHead(name, isWitness && h('span', { class: 'mark' }, 'smallest')),
    h('td', {}, badge(one.judgement)),
    h('td', {}, h('code', {}, one.program)),
    h('td', {}, `${one.kind}, at ${one.boundary}`),
  );
}

import type { CaseData, CauseData, PageData } from '../page-data.ts';
import { addressOf, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { badge, counted, JUDGED } from './words.ts';

/** What a reader looks for. Kept while the page is open, so that the way back leads to the same list. */
const wanted = { text: '', target: '', judgement: '', onlyNew: false };

/** Every cause, and a filter over them. */
export function causesPage(data: PageData): Page {
  const body = h('tbody');
  const found = h('p', { class: 'found', 'aria-live': 'polite' });
  const fill = () => {
    const causes = data.causes.filter(isWanted);
    body.replaceChildren(...causes.map(causeRow));
    const signatures = causes.reduce((sum, { cases }) => sum + cases.length, 0);
    found.textContent = `${counted(causes.length, 'cause')} of ${data.causes.length}, ${counted(signatures, 'case')}`;
  };
  fill();
  const heads = ['target', 'cause', 'what it does', 'judged', 'cases'];
  return {
    title: 'Causes',
    body: [
      h(
        'p',
        { class: 'lead' },
        'A cause is the fewest ops that have to run as the reference’s for a divergence to go away. One cause explains many cases.',
      ),
      filters(data, fill),
      found,
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Causes' },
        h(
          'table',
          { class: 'list causes' },
          h('thead', {}, h('tr', {}, ...heads.map((name) => h('th', { scope: 'col' }, name)))),
          body,
        ),
      ),
    ],
  };
}

function isWanted({ target, name, text, ops, judged, isNew }: CauseData): boolean {
  const words = `${target} ${name} ${text} ${ops.join(' ')}`.toLowerCase();
  return (
    wanted.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => words.includes(word)) &&
    (wanted.target === '' || target === wanted.target) &&
    (wanted.judgement === '' || Object.hasOwn(judged, wanted.judgement)) &&
    (!wanted.onlyNew || isNew)
  );
}

function filters(data: PageData, fill: () => void): HTMLElement {
  const targets = [...new Set(data.causes.map(({ target }) => target))];
  const choice = (name: 'target' | 'judgement', any: string, values: readonly string[]) =>
    h(
      'label',
      {},
      `${name} `,
      h(
        'select',
        {
          onchange: (event) => {
            wanted[name] = (event.target as HTMLSelectElement).value;
            fill();
          },
        },
        h('option', { value: '' }, any),
        ...values.map((value) => h('option', { value, selected: wanted[name] === value }, value)),
      ),
    );
  const text = h('input', {
    type: 'search',
    value: wanted.text,
    placeholder: 'dec_and_test, overflow, …',
    oninput: (event) => {
      wanted.text = (event.target as HTMLInputElement).value;
      fill();
    },
  });
  const fresh = h('input', {
    type: 'checkbox',
    checked: wanted.onlyNew,
    onchange: (event) => {
      wanted.onlyNew = (event.target as HTMLInputElement).checked;
      fill();
    },
  });
  return h(
    'form',
    { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
    h('label', {}, 'words ', text),
    choice('target', 'all targets', targets),
    choice('judgement', 'all judgements', JUDGED),
    data.causes.some(({ isNew }) => isNew) && h('label', {}, fresh, ' new only'),
  );
}

function causeRow(cause: CauseData): HTMLElement {
  return h(
    'tr',
    {},
    h('td', {}, cause.target),
    h(
      'th',
      { scope: 'row' },
      link(addressOf('cause', cause.id), cause.name),
      cause.isNew && h('span', { class: 'new' }, 'new'),
    ),
    h('td', { class: 'what' }, cause.text),
    h('td', { class: 'judged' }, ...judgedBadges(cause)),
    h('td', { class: 'count' }, cause.cases.length),
  );
}

function judgedBadges({ judged }: CauseData): HTMLElement[] {
  return JUDGED.flatMap((one) => (judged[one] === undefined ? [] : [badge(one, `${judged[one]} ${one}`)]));
}

/** One cause: its story, and the cases that it explains. */
export function causePage(data: PageData, cause: CauseData): Page {
  const cases = cause.cases.flatMap((id) => data.cases.find((one) => one.id === id) ?? []);
  return {
    title: cause.name,
    crumbs: [link('causes', 'causes'), ` / ${cause.target}`],
    body: [
      h('p', { class: 'lead' }, `${cause.text}.`),
      h('p', { class: 'judged' }, ...judgedBadges(cause)),
      ...cause.story.map(({ heading, lines }) =>
        h('section', {}, h('h2', {}, heading), h('pre', { class: 'story', tabindex: 0 }, lines.join('\n'))),
      ),
      h('h2', {}, counted(cases.length, 'case')),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Cases' },
        h(
          'table',
          { class: 'list' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ...['case', 'judged', 'program', 'differs in'].map((name) => h('th', { scope: 'col' }, name)),
            ),
          ),
          h('tbody', {}, ...cases.map((one, at) => caseRow(one, at === 0 && cases.length > 1))),
        ),
      ),
    ],
  };
}

function caseRow(one: CaseData, isWitness: boolean): HTMLElement {
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      link(addressOf('case', one.id), one.signature),
      isWitness && h('span', { class: 'mark' }, 'smallest'),
    ),
    h('td', {}, badge(one.judgement)),
    h('td', {}, h('code', {}, one.program)),
    h('td', {}, `${one.kind}, at ${one.boundary}`),
  );
}

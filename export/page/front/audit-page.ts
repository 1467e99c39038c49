import type { AuditData, CounterData, LineData, SiteData } from '../audit-data.ts';
import { auditFilters, wantedOf } from './audit-filter.ts';
import { addressOf, type Child, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { rowHead, table } from './table.ts';
import { badge, counted, grouped } from './words.ts';

/*
 * The counters of a tree: a list with filters, and a page for each. A kernel has five thousand of them. To filter so many
 * takes a few milliseconds, to draw them as rows takes seconds: so only the first are drawn, and more when asked for.
 */

/** Rows that are drawn at once. */
const ROWS = 200;

/** The list. */
export function auditPage(data: AuditData): Page {
  const body = h('tbody');
  // Whoever hears the page learns in this way that his words have changed the list.
  const found = h('p', { class: 'found', 'aria-live': 'polite' });
  const verdicts = h('p', { class: 'judged' });
  const more = h('button', { type: 'button', class: 'more' });
  let counters: readonly CounterData[] = [];
  let drawn = 0;
  const draw = () => {
    const next = counters.slice(drawn, drawn + ROWS);
    body.append(...next.map((one) => counterRow(data, one)));
    drawn += next.length;
    const left = counters.length - drawn;
    more.hidden = left === 0;
    more.textContent = `Show ${grouped(Math.min(left, ROWS))} more of ${grouped(left)}`;
  };
  const fill = () => {
    counters = wantedOf(data);
    drawn = 0;
    body.replaceChildren();
    draw();
    verdicts.replaceChildren(...verdictBadges(data, counters));
    found.textContent = `${counted(counters.length, 'counter')} of ${grouped(data.counters.length)}`;
  };
  more.addEventListener('click', () => {
    const at = drawn;
    draw();
    // The button may be gone; whoever goes by keys is where he left off.
    (body.children[at]?.querySelector('a') as HTMLElement | null)?.focus();
  });
  fill();
  return {
    title: `Counters of ${data.tree}`,
    body: [
      h('p', { class: 'lead' }, data.answer),
      ...(data.uncovered.length > 0
        ? [h('ul', { class: 'alert notes' }, ...data.uncovered.map((line) => h('li', {}, line)))]
        : []),
      auditFilters(data, fill),
      found,
      verdicts,
      table(
        'Counters',
        'list counters',
        ['counter', 'verdict', 'protocol', 'type', 'confidence', 'ops', 'remedy'],
        body,
      ),
      more,
      meanings(data),
    ],
  };
}

/** How many of each verdict are in the list. */
function verdictBadges({ verdicts }: AuditData, counters: readonly CounterData[]): HTMLElement[] {
  return verdicts.flatMap(({ verdict, word }) => {
    const number = counters.filter((one) => one.verdict === verdict).length;
    return number === 0 ? [] : [badge(verdict, `${grouped(number)} ${word}`)];
  });
}

function counterRow(data: AuditData, counter: CounterData): HTMLElement {
  const { id, declared, verdict, protocol, type, confidence, sites, remedy, isKnown } = counter;
  return h(
    'tr',
    {},
    rowHead(link(addressOf('counter', id), id), h('div', { class: 'at' }, declared.at)),
    h('td', { class: 'judged' }, verdictBadge(data, verdict), isKnown && mark('in the baseline')),
    h('td', {}, protocol),
    h('td', {}, type),
    h('td', {}, confidence),
    h('td', { class: 'count' }, sites.length),
    h('td', { class: 'what' }, remedy),
  );
}

function verdictBadge({ verdicts }: AuditData, verdict: string): HTMLElement {
  return badge(verdict, verdicts.find((one) => one.verdict === verdict)?.word ?? verdict);
}

function mark(text: string): HTMLElement {
  return h('span', { class: 'mark' }, text);
}

/** What the verdicts mean. */
function meanings({ verdicts }: AuditData): HTMLElement {
  return h(
    'section',
    {},
    h('h2', {}, 'What the verdicts mean'),
    h(
      'dl',
      { class: 'meanings' },
      ...verdicts.flatMap(({ verdict, word, means }) => [
        h('dt', {}, badge(verdict, word)),
        h('dd', {}, means),
      ]),
    ),
  );
}

/** One counter: the verdict, the lines that show it, every op, and what could not be followed. */
export function counterPage(data: AuditData, counter: CounterData): Page {
  const { id, type, declared, comment, verdict, protocol, confidence, rule, remedy, isKnown } = counter;
  const { doubts = [], escapes = [], embeddedIn = [], subsystem } = counter;
  const facts: readonly (readonly [string, Child])[] = [
    ['protocol', protocol],
    ['confidence', confidence],
    ...doubts.map((doubt): [string, Child] => ['doubt', doubt]),
    ['type', type],
    ['declared', declared.at],
    ['subsystem', subsystem],
    ['rule', rule],
    ...(embeddedIn.length > 0 ? [['embedded in', embeddedIn.join(', ')] as const] : []),
  ];
  return {
    title: id,
    crumbs: [link('audit', 'counters'), ` / ${data.tree}`],
    body: [
      h('p', { class: 'judged' }, verdictBadge(data, verdict), isKnown && mark('in the baseline')),
      h('p', { class: 'lead' }, remedy === '' ? 'Nothing is advised.' : remedy),
      h(
        'dl',
        { class: 'facts' },
        ...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
      h(
        'pre',
        { class: 'story', tabindex: 0 },
        [...(comment ? [`/* ${comment} */`] : []), declared.text].join('\n'),
      ),
      h('h2', {}, 'Because'),
      reasons(counter),
      h('h2', {}, counted(counter.sites.length, 'op')),
      table(
        'Ops',
        'list evidence',
        ['place', 'op', 'source line, and what its result decides'],
        counter.sites.map(siteRow),
      ),
      ...(escapes.length > 0
        ? [
            h('h2', {}, 'Not followed'),
            table('Not followed', 'list evidence', ['place', 'what', 'source line'], escapes.map(escapeRow)),
          ]
        : []),
    ],
  };
}

function reasons({ reasons: all }: CounterData): HTMLElement {
  const lines = (places: readonly LineData[]) => places.map(({ at, text }) => `${at}  ${text}`).join('\n');
  return h(
    'ul',
    { class: 'reasons' },
    ...all.map(({ what, places }) => h('li', {}, what, places.length > 0 && h('pre', {}, lines(places)))),
  );
}

/** The place names the row; under the source line stands what its result decides. */
function siteRow({ at, fn, op, text, uses = [], locks, way }: SiteData): HTMLElement {
  const notes = [...uses, ...(locks ? [`under ${locks}`] : []), ...(way ? [way] : [])];
  return h(
    'tr',
    {},
    rowHead(h('span', { class: 'at' }, at), fn && h('div', { class: 'at' }, `in ${fn}`)),
    h('td', {}, h('code', {}, op)),
    h('td', { class: 'what' }, h('pre', {}, text), ...notes.map((note) => h('p', {}, note))),
  );
}

function escapeRow({ at, what, text }: LineData & { readonly what: string }): HTMLElement {
  return h(
    'tr',
    {},
    rowHead(h('span', { class: 'at' }, at)),
    h('td', {}, what),
    h('td', { class: 'what' }, h('pre', {}, text)),
  );
}

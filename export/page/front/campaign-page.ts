import type { CampaignCause, CampaignData, CampaignTarget, PageData } from '../page-data.ts';
import { addressOf, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { bars, plot } from './plots.ts';
import { counted, grouped, time } from './words.ts';

/** How a campaign stands, and how it came there. */
export function campaignPage(data: PageData, campaign: CampaignData): Page {
  const { totals, targets, causes } = campaign;
  return {
    title: 'Campaign',
    body: [
      h('p', { class: 'lead' }, stateText(campaign)),
      h(
        'dl',
        { class: 'totals' },
        ...totals.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
      ),
      ...plots(campaign),
      h('h2', {}, 'Targets'),
      table(
        'Targets',
        ['target', 'iterations', 'programs', 'known', 'new', 'features', 'kept', 'time'],
        targets.map(targetRow),
      ),
      h('h2', {}, counted(causes.length, 'cause met', 'causes met')),
      causes.length > 0
        ? table('Causes met', ['target', 'cause', 'signatures', 'judged'], causes.map(causeRow))
        : h('p', {}, `Nothing so far${data.causes.length > 0 ? '; the corpus has causes of its own' : ''}.`),
    ],
  };
}

function stateText({ state, pid, folder, seed, uptime, left }: CampaignData): string {
  const now =
    pid === undefined ? `${state} after ${time(uptime)}` : `running as process ${pid} for ${time(uptime)}`;
  return `${folder}: seed ${seed}; ${now}${left === undefined || pid === undefined ? '' : `, ${time(left)} left`}.`;
}

/** A campaign of a second has no course. */
function plots({ series, workers }: CampaignData): HTMLElement[] {
  const times = series.map(({ at }) => at);
  const over = (of: (point: CampaignData['series'][number]) => number) => series.map(of);
  const found = [
    { name: 'known', values: over((point) => point.known), isStepped: true },
    { name: 'new', values: over((point) => point.new), isStepped: true },
    // Earlier versions did not count them.
    ...(series.every(({ causes }) => causes !== undefined)
      ? [{ name: 'causes', values: over(({ causes }) => causes!), isStepped: true }]
      : []),
  ];
  const courses =
    series.length < 2
      ? []
      : [
          plot('Programs a second', times, [{ name: 'programs', values: over(({ rate }) => rate) }]),
          plot('Novelty', times, [{ name: 'features', values: over(({ features }) => features) }]),
          plot('Signatures and causes', times, found),
        ];
  const each = workers.map((rate, at) => [`worker ${at}`, rate] as const);
  return [
    h('div', { class: 'plots' }, ...courses, ...(each.length > 0 ? [bars('Workers', each, '/s')] : [])),
  ];
}

function table(name: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': name },
    h(
      'table',
      { class: 'list' },
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows),
    ),
  );
}

function targetRow({
  name,
  iterations,
  programs,
  known,
  new: fresh,
  features,
  pool,
  time: seconds,
}: CampaignTarget) {
  const cells = [...[iterations, programs, known, fresh, features, pool].map(grouped), time(seconds)];
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    ...cells.map((cell) => h('td', { class: 'count' }, cell)),
  );
}

function causeRow({ target, name, signatures, new: fresh, judged, id }: CampaignCause): HTMLElement {
  return h(
    'tr',
    {},
    h('td', {}, target),
    h(
      'th',
      { scope: 'row' },
      id === undefined ? name : link(addressOf('cause', id), name),
      fresh > 0 && h('span', { class: 'new' }, 'new'),
    ),
    h('td', { class: 'count' }, signatures),
    h('td', {}, judged),
  );
}

import type { CampaignCause, CampaignData, CampaignMachine, CampaignTarget, PageData } from '../page-data.ts';
import { addressOf, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { bars, type Line, plot } from './plots.ts';
import { rowHead, table } from './table.ts';
import { counted, grouped, time } from './words.ts';

/*
 * What `status` prints, and besides the course of it: whether a campaign still finds anything is the question of everybody
 * who has one running, and a curve answers it where a number does not.
 */

const COUNT_HEADS = ['iterations', 'programs', 'known', 'new', 'features', 'kept', 'time'];
const MACHINE_HEADS = ['parts searched', 'programs a second', 'last answer'];
const CAUSE_HEADS = ['target', 'cause', 'signatures', 'judged'];

/** How a campaign stands, and how it came there. */
export function campaignPage(data: PageData, campaign: CampaignData): Page {
  const { totals, targets, causes } = campaign;
  const total = ([name, value]: readonly [string, string]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value));
  // A campaign that has met nothing may lie beside a corpus that is full.
  const nothing = `Nothing so far${data.causes.length > 0 ? '; the corpus has causes of its own' : ''}.`;
  return {
    title: 'Campaign',
    body: [
      h('p', { class: 'lead' }, stateText(campaign)),
      h('dl', { class: 'totals' }, ...totals.map(total)),
      plots(campaign),
      ...machines(campaign),
      h('h2', {}, 'Targets'),
      table('Targets', 'list', ['target', ...COUNT_HEADS.map(countHead)], targets.map(targetRow)),
      h('h2', {}, counted(causes.length, 'cause met', 'causes met')),
      causes.length > 0
        ? table('Causes met', 'list', CAUSE_HEADS, causes.map(causeRow))
        : h('p', {}, nothing),
    ],
  };
}

/** `.refuzz/campaign: seed 42; running as process 4711 for 12 min, 48 min left.` */
function stateText({ state, pid, folder, seed, uptime, left }: CampaignData): string {
  const isRunning = pid !== undefined;
  const now = isRunning ? `running as process ${pid} for ${time(uptime)}` : `${state} after ${time(uptime)}`;
  return `${folder}: seed ${seed}; ${now}${isRunning && left !== undefined ? `, ${time(left)} left` : ''}.`;
}

/**
 * The courses, and what each worker does here. A campaign of a second has no course, and only its workers are drawn.
 *
 * The workers are drawn side by side since it is their differences that say something: one that is slower than the others
 * has met a program that takes long, or shares its core.
 */
function plots({ series, workers, machines: remote }: CampaignData): HTMLElement {
  const times = series.map(({ at }) => at);
  const line = (
    name: string,
    of: (point: CampaignData['series'][number]) => number,
    isStepped = true,
  ): Line => ({
    name,
    values: series.map(of),
    isStepped,
  });
  // Earlier versions did not count causes: half a line would look like a beginning.
  const hasCauses = series.every(({ causes }) => causes !== undefined);
  const found = [
    line('known', (point) => point.known),
    line('new', (point) => point.new),
    ...(hasCauses ? [line('causes', (point) => point.causes!)] : []),
  ];
  // Memory is sampled too, and not drawn: it is a number for whoever looks for a leak, and `series.jsonl` has it.
  const courses =
    series.length < 2
      ? []
      : [
          plot('Programs a second', times, [line('programs', ({ rate }) => rate, false)]),
          plot('Novelty', times, [line('features', ({ features }) => features)]),
          plot('Signatures and causes', times, found),
        ];
  // With a queue a worker is a machine, and the table of these says more.
  const each = remote ? [] : workers.map((rate, at) => [`worker ${at}`, rate] as const);
  return h('div', { class: 'plots' }, ...courses, each.length > 0 && bars('Workers', each, '/s'));
}

/**
 * Who works for it over a queue. A machine that was cut off is not missed by the campaign, whose jobs others take; so it is
 * here that somebody sees that it has said nothing for an hour.
 */
function machines({ machines: all, pid }: CampaignData): HTMLElement[] {
  if (!all) return [];
  // Of a campaign that has ended the times are those of its end.
  const since = (seen: string) => (pid === undefined ? `${seen} before the end` : `${seen} ago`);
  const row = ({ name, parts, rate, seen }: CampaignMachine) => {
    const cells = [grouped(parts), grouped(rate), since(seen)];
    return h('tr', {}, rowHead(name), ...cells.map((cell) => h('td', { class: 'count' }, cell)));
  };
  const heads = ['machine', ...MACHINE_HEADS.map(countHead)];
  return [
    h('h2', {}, counted(all.length, 'machine')),
    table('Machines', 'list', heads, all.map(row)),
    h(
      'p',
      { class: 'note' },
      'What they answered in this session: parts of a search, without the making of cases.',
    ),
  ];
}

/** A heading stands where its numbers do: at the right. */
function countHead(name: string): HTMLTableCellElement {
  return h('th', { scope: 'col', class: 'count' }, name);
}

/** As `status` has it, with whole numbers: there is room for them here. */
function targetRow({ name, time: seconds, ...counts }: CampaignTarget): HTMLElement {
  const { iterations, programs, known, new: fresh, features, pool } = counts;
  const cells = [...[iterations, programs, known, fresh, features, pool].map(grouped), time(seconds)];
  return h('tr', {}, rowHead(name), ...cells.map((cell) => h('td', { class: 'count' }, cell)));
}

/** Only what lies in the corpus has a page of its own; a cause without a case yet has its name alone. */
function causeRow({ target, name, signatures, new: fresh, judged, id }: CampaignCause): HTMLElement {
  return h(
    'tr',
    {},
    h('td', {}, target),
    rowHead(
      id === undefined ? name : link(addressOf('cause', id), name),
      fresh > 0 && h('span', { class: 'new' }, 'new'),
    ),
    h('td', { class: 'count' }, signatures),
    h('td', {}, judged),
  );
}

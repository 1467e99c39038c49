import type { PageData } from '../page-data.ts';
import { auditPage, counterPage } from './audit-page.ts';
import { campaignPage } from './campaign-page.ts';
import { casePage, caseSpacePage } from './case-page.ts';
import { causeLinePage, causePage, causesPage } from './causes-page.ts';
import { h, link } from './dom.ts';
import { embedded, isLive, onNews } from './load.ts';
import { matrixPage } from './matrix-page.ts';
import type { Page } from './page.ts';
import { spacePage } from './space-page.ts';
import { sweepPage } from './sweep-page.ts';
import { themeButton } from './theme.ts';

/*
 * The page is one document, and its pages are addresses behind the sign for a fragment: a file that is
 * opened from a disk has no server to ask for another one, and yet the way back and a link to a case must
 * work.
 *
 *     #/causes                        the list
 *     #/cause/TARGET/CAUSE            one cause
 *     #/line/TARGET/CAUSE             what its ops do to every old value
 *     #/case/TARGET/CAUSE/SIGNATURE   one case, as it lies below the corpus
 *     #/states/TARGET/CAUSE/SIGNATURE every state of its program
 *     #/audit                         the counters of a tree
 *     #/counter/ID                    one of them
 *
 * A page is made anew whenever the address or the data changes. It is small, and nothing on it has to
 * outlive that but the filter of the causes and the theme, which are kept in their own files.
 */

/** What is in the bar, and where the data must have something for it. */
const PLACES: readonly (readonly [name: string, title: string, has: (data: PageData) => boolean])[] = [
  ['campaign', 'Campaign', ({ campaign }) => campaign !== undefined],
  ['causes', 'Causes', ({ causes }) => causes.length > 0],
  ['matrix', 'Generations', ({ matrix }) => matrix !== undefined],
  ['space', 'States', ({ space }) => space !== undefined],
  ['sweep', 'Number line', ({ sweep }) => sweep !== undefined],
  ['audit', 'Counters', ({ audit }) => audit !== undefined],
];

let data: PageData;
let page: Page | undefined;

/** The page that the address names; the first that there is where it names none. */
function pageAt(address: string): Page {
  const [name = '', ...rest] = address.replace(/^#\/?/, '').split('/').map(decoded);
  const id = rest.join('/');
  const known = PLACES.find(([place, , has]) => has(data) && (name === '' || place === name))?.[0] ?? name;
  if (known === 'campaign' && data.campaign) return campaignPage(data, data.campaign);
  if (known === 'causes') return causesPage(data);
  if (known === 'matrix' && data.matrix) return matrixPage(data.matrix);
  if (known === 'space' && data.space) return spacePage(data.space);
  if (known === 'sweep' && data.sweep)
    return sweepPage(data.sweep, { title: `${data.sweep.target}: the number line` });
  if (known === 'audit' && data.audit) return auditPage(data.audit);
  const counter = data.audit?.counters.find((one) => one.id === id);
  if (name === 'counter' && data.audit && counter) return counterPage(data.audit, counter);
  // What the address names may have gone from a page that is served: a case that was deleted, a cause that has another name.
  const cause = data.causes.find((one) => one.id === id);
  if (name === 'cause' && cause) return causePage(data, cause);
  if (name === 'line' && cause?.line) return causeLinePage(data, cause, cause.line);
  const found = data.cases.find((one) => one.id === id);
  if (name === 'case' && found) return casePage(data, found);
  if (name === 'states' && found?.space) return caseSpacePage(data, found, found.space);
  const what = name === '' ? 'There is nothing to show yet.' : `Nothing here is called ${address}.`;
  return { title: 'refuzz', body: [h('p', {}, what)] };
}

/** An address may be typed by hand. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param isMove whether the reader went somewhere: then what is read out is the new page, from its heading on */
function draw(isMove: boolean): void {
  page = pageAt(location.hash);
  document.title = `${page.title} · refuzz`;
  const heading = h('h1', { tabindex: -1 }, page.title);
  const crumbs = page.crumbs && h('p', { class: 'crumbs' }, ...page.crumbs);
  const main = h('main', { id: 'main' }, crumbs, heading, ...page.body);
  document.getElementById('page')!.replaceChildren(skipLink(), bar(), main, foot());
  // News do not take the reader from where he is.
  if (!isMove) return;
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** The fragment is the address of a page, so this link is a button in disguise. */
function skipLink(): HTMLElement {
  const skip = () => document.getElementById('main')?.querySelector('h1')?.focus();
  return h('button', { class: 'skip', type: 'button', onclick: skip }, 'Skip to the page');
}

/**
 * What is on every page: where one is, and where one can go. A case and a cause belong to the causes, so
 * that is lit for them.
 */
function bar(): HTMLElement {
  const here = location.hash.replace(/^#\/?/, '').split('/')[0];
  const places = PLACES.filter(([, , has]) => has(data));
  const isHere = (name: string) =>
    name === here ||
    (here === '' && name === places[0]?.[0]) ||
    (name === 'causes' && /^(cause|line|case|states)$/.test(here ?? '')) ||
    (name === 'audit' && here === 'counter');
  const links = places.map(([name, title]) => {
    const one = link(name, title);
    if (isHere(name)) one.setAttribute('aria-current', 'page');
    return one;
  });
  return h(
    'header',
    { class: 'bar' },
    h('span', { class: 'brand' }, 'refuzz'),
    h('span', { class: 'title' }, data.title),
    h('nav', { 'aria-label': 'Pages' }, ...links),
    isLive() && h('span', { class: 'live' }, '● live'),
    themeButton(),
  );
}

const SEARCHED = 'sequentially consistent; what was searched, and no more.';
const READ_ONLY = 'the text was read, every branch of #if at once; nothing was compiled or run.';

/**
 * What could not be read is said on every page, or a corpus with a damaged file would look complete. And
 * so are the limits of all that is shown.
 */
function foot(): HTMLElement {
  const notes = data.notes.map((note) => h('li', {}, note));
  return h(
    'footer',
    {},
    notes.length > 0 && h('ul', { class: 'notes' }, ...notes),
    h('p', {}, `refuzz ${data.version}. Limits: ${data.audit ? READ_ONLY : SEARCHED}`),
  );
}

addEventListener('hashchange', () => draw(true));
addEventListener('keydown', (event) => {
  // In a field the arrows move the cursor, and in a list they choose; with Alt they are the browser's.
  const isTyped =
    event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (isTyped || event.altKey || event.ctrlKey || event.metaKey) return;
  if (page?.onKey?.(event.key)) event.preventDefault();
});

/** What went wrong is said on the page: nobody looks into the console. */
async function start(): Promise<void> {
  try {
    data = await embedded();
    draw(false);
    onNews((news) => {
      data = news;
      draw(false);
    });
  } catch (error) {
    document
      .getElementById('page')!
      .replaceChildren(h('main', {}, h('h1', {}, 'refuzz'), h('p', {}, String(error))));
  }
}

void start();

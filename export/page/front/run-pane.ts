import type { RunData } from '../page-data.ts';
import { remarksOf, Values } from '../sequence-text.ts';
import { h } from './dom.ts';
import { valuesOver } from './lane-rows.ts';
import { lanesOf } from './lanes.ts';
import { rowHead, scroller, table } from './table.ts';

/*
 * One run, three times: as a drawing, as what holds at one access, and as a table. The drawing is for the eye; the table
 * says the same in words, for who hears the page, and for who wants to copy a line.
 */

/** One run on the page: its drawing, and what everything holds at the access that is shown. */
export interface RunPane {
  readonly run: RunData;
  readonly element: HTMLElement;
  readonly drawing: SVGSVGElement;
  /** @param step the last access that is made; -1 for none */
  show(step: number): void;
}

/** @param onPick called with the access that somebody points at */
export function runPane(run: RunData, onPick: (step: number) => void): RunPane {
  // The state stands between drawing and end: it is what changes, and must be seen without scrolling past the rest.
  const { drawing, show } = lanesOf(run, onPick);
  const state = h('div', { class: 'state' });
  const parts = [scroller(`${run.name}, drawn`, drawing), state, endOf(run), inWords(run)];
  return {
    run,
    element: h('div', { class: 'run' }, h('p', { class: 'note' }, run.note), ...parts),
    drawing,
    show(step) {
      show(step);
      state.replaceChildren(...stateAt(run, step));
    },
  };
}

/** What every word held before the access and holds after it, and who holds what. */
function stateAt(run: RunData, step: number): HTMLElement[] {
  // Worked out at each step anew. A run has some dozen accesses, and nothing that is remembered can be out of date.
  const values = valuesOver(run);
  // Before the first access nothing has changed: both columns are the start.
  const before = values[Math.max(0, step)]!;
  const after = values[step + 1]!;
  const rows = run.words.map(({ name }, word) => {
    const isChanged = before[word] !== after[word];
    const now = h('td', { class: isChanged ? 'changed' : '' }, after[word]);
    return h('tr', {}, rowHead(name), h('td', {}, before[word]), now);
  });
  const heading = step < 0 ? 'Before the first access' : `Access ${step + 1} of ${run.steps.length}`;
  const words = table(`Words of ${run.name}`, 'words', ['word', 'before', 'after'], rows);
  return [h('h3', {}, heading), words, ...holdersAt(run, step)];
}

/** What nobody counts is not spoken of: a counter has no RCU sections, and of misuse nobody knows who holds what. */
function holdersAt(run: RunData, step: number): HTMLElement[] {
  // A step says who holds only where that changes, so the last one that says so counts.
  const told = (name: 'held' | 'sections', words: string, none: string) => {
    const now = run.steps.slice(0, step + 1).reduce((last, one) => one[name] ?? last, run[name]);
    if (!now) return [];
    const many = (count: number) => (count > 1 ? ` (${count})` : '');
    const who = run.lanes.flatMap((lane, index) => (now[index] ? [`${lane}${many(now[index])}`] : []));
    return [h('p', {}, who.length > 0 ? `${words}: ${who.join(', ')}` : none)];
  };
  return [
    ...told('held', 'References are held by', 'No thread holds a reference that it has got.'),
    ...told('sections', 'In RCU sections', 'Nobody is in an RCU section.'),
  ];
}

/** What the run came to, whatever access is shown: it is what the two sides are compared by. */
function endOf({ end, lanes }: RunData): HTMLElement {
  const results = end.results.map((list, thread) => `${lanes[thread]}: ${list.join(', ') || 'nothing'}`);
  const final = end.final === undefined ? [] : [`the word ends as ${end.final}`];
  return h(
    'div',
    { class: 'end' },
    h('p', {}, h('strong', {}, 'Comes to '), [...results, ...final].join('; ')),
    ...end.warnings.map((text) => h('p', { class: 'warning' }, `⚠ ${text}`)),
    ...end.facts.map((text) => h('p', { class: 'fact' }, `✗ ${text}`)),
  );
}

/** The drawing in words, for who cannot see it. */
function inWords(run: RunData): HTMLElement {
  // They know the words access by access, so the rows have to be made in their order.
  const values = new Values(run);
  const rows = run.steps.map((step, at) => {
    const cells = [run.lanes[step.lane], step.op ?? '', values.said(step), remarksOf(step).join('; ')];
    return h('tr', {}, rowHead(at + 1), ...cells.map((text) => h('td', {}, text)));
  });
  const heads = ['access', 'thread', 'op', 'does', 'then'];
  const accesses = table(`${run.name}, as a table`, 'accesses', heads, rows);
  return h('details', {}, h('summary', {}, 'The same as a table'), accesses);
}

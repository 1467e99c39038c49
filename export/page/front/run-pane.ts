import type { RunData } from '../page-data.ts';
import { remarksOf, Values } from '../sequence-text.ts';
import { h } from './dom.ts';
import { valuesOver } from './lane-rows.ts';
import { type Lanes, lanesOf } from './lanes.ts';

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
  const lanes: Lanes = lanesOf(run, onPick);
  const state = h('div', { class: 'state' });
  const scroller = h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${run.name}, drawn` },
    lanes.drawing,
  );
  const element = h(
    'div',
    { class: 'run' },
    h('p', { class: 'note' }, run.note),
    scroller,
    state,
    endOf(run),
    tableOf(run),
  );
  return {
    run,
    element,
    drawing: lanes.drawing,
    show(step) {
      lanes.show(step);
      state.replaceChildren(stateAt(run, step));
    },
  };
}

/** What every word held before the access and holds after it, and who holds what. */
function stateAt(run: RunData, step: number): HTMLElement {
  const values = valuesOver(run);
  const before = values[Math.max(0, step)]!;
  const after = values[step + 1]!;
  const rows = run.words.map(({ name }, word) => {
    const isChanged = before[word] !== after[word];
    const cells = [h('td', {}, before[word]), h('td', { class: isChanged ? 'changed' : '' }, after[word])];
    return h('tr', {}, h('th', { scope: 'row' }, name), ...cells);
  });
  const heading = step < 0 ? 'Before the first access' : `Access ${step + 1} of ${run.steps.length}`;
  return h(
    'div',
    {},
    h('h3', {}, heading),
    h(
      'table',
      { class: 'words' },
      h(
        'thead',
        {},
        h('tr', {}, ...['word', 'before', 'after'].map((name) => h('th', { scope: 'col' }, name))),
      ),
      h('tbody', {}, ...rows),
    ),
    ...holdersAt(run, step),
  );
}

function holdersAt(run: RunData, step: number): HTMLElement[] {
  const at = (name: 'held' | 'sections') =>
    run.steps.slice(0, step + 1).reduce((now, one) => one[name] ?? now, run[name]);
  const told = (name: 'held' | 'sections', words: string, none: string) => {
    const now = at(name);
    if (!now) return [];
    const who = run.lanes.flatMap((lane, index) =>
      now[index] ? [now[index] > 1 ? `${lane} (${now[index]})` : lane] : [],
    );
    return [h('p', {}, who.length > 0 ? `${words}: ${who.join(', ')}` : none)];
  };
  return [
    ...told('held', 'References are held by', 'No thread holds a reference that it has got.'),
    ...told('sections', 'In RCU sections', 'Nobody is in an RCU section.'),
  ];
}

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
function tableOf(run: RunData): HTMLElement {
  const values = new Values(run);
  const rows = run.steps.map((step, at) => {
    const cells = [run.lanes[step.lane], step.op ?? '', values.said(step), remarksOf(step).join('; ')];
    return h('tr', {}, h('th', { scope: 'row' }, at + 1), ...cells.map((text) => h('td', {}, text)));
  });
  const names = ['access', 'thread', 'op', 'does', 'then'];
  return h(
    'details',
    {},
    h('summary', {}, 'The same as a table'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${run.name}, as a table` },
      h(
        'table',
        { class: 'accesses' },
        h('thead', {}, h('tr', {}, ...names.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows),
      ),
    ),
  );
}

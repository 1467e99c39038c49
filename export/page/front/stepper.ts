import { barsOf } from '../bars.ts';
import type { RunData } from '../page-data.ts';
import { h } from './dom.ts';
import { SMALLEST } from './lanes.ts';
import { type RunPane, runPane } from './run-pane.ts';

/*
 * Two runs side by side, and one position. The runs have different accesses: `atomic_t` adds in one,
 * `refcount_t` adds, looks and stores. So the second one cannot follow access by access. It follows by
 * ops: it stands before the op that has not begun in the first.
 *
 *     subject     inc: fetch_add │ read: load │ inc: store        after 2 accesses 2 ops have begun
 *     reference   inc: fetch_add │ read: load                     so it is shown after 2 ops, too
 *
 * At the end both are at their end, whatever they counted before: a scheme's reference may have taken its
 * ops in another order, and what they come to is what is compared.
 */

/** Pixels of a pane beside its drawing. */
const EDGES = 34;

/** One or two runs, and the access that both are at. */
export interface Stepper {
  readonly element: HTMLElement;
  onKey(key: string): boolean;
  /** The runs that are shown, the first first. */
  panes(): readonly RunPane[];
}

/** How far the first run is; the second one follows by ops that have begun. */
interface State {
  panes: readonly RunPane[];
  /** Of the first: the last access that is made. */
  step: number;
}

/** @param runs at least one: the first two are shown side by side, and each side can show any of them */
export function stepper(runs: readonly RunData[]): Stepper {
  const state: State = { panes: [], step: -1 };
  const said = h('output', { class: 'step', 'aria-live': 'polite' });
  const places = runs
    .slice(0, 2)
    .map((_, side) => h('section', { class: 'pane', 'aria-label': side === 0 ? 'first run' : 'second run' }));
  const go = (step: number) => {
    state.step = Math.max(-1, Math.min(lengthOf(state) - 1, step));
    for (const pane of state.panes) pane.show(follow(state, pane));
    said.textContent = `${state.step + 1} / ${lengthOf(state)}`;
  };
  const fill = (side: number, run: RunData) => {
    const pane = runPane(run, (step) => go(leading(state, pane, step)));
    state.panes = places.map((_, at) => (at === side ? pane : state.panes[at]!));
    // Side by side as long as both can be drawn so, at their smallest; else below each other, each as wide as the window.
    places[side]!.style.flexBasis = `${pane.drawing.width.baseVal.value * SMALLEST + EDGES}px`;
    places[side]!.replaceChildren(
      chooser(runs, run, side, (other) => fill(side, other)),
      pane.element,
    );
    if (state.panes.every(Boolean)) go(Math.min(state.step, lengthOf(state) - 1));
  };
  for (const [side, run] of runs.slice(0, 2).entries()) fill(side, run);
  // Where it comes to light is what the reader has come for; he can go back from there.
  const start = runs[0]!.steps.findIndex(({ diverges }) => diverges);
  go(start < 0 ? lengthOf(state) - 1 : start);
  return {
    element: h('div', {}, controls(state, runs, go, said), h('div', { class: 'panes' }, ...places)),
    onKey: (key) => onKey(state, go, key),
    panes: () => state.panes,
  };
}

function lengthOf({ panes }: State): number {
  return panes[0]!.run.steps.length;
}

/** Where another run is when the first one is at its step: as many ops have begun, and the last of them is as far as it goes. */
function follow({ panes, step }: State, pane: RunPane): number {
  const first = panes[0]!;
  if (pane === first) return step;
  if (step === lengthOf({ panes, step }) - 1) return pane.run.steps.length - 1;
  const begun = begunAt(first.run, step);
  const next = pane.run.steps.findIndex((_, at) => begunAt(pane.run, at) > begun);
  return next < 0 ? pane.run.steps.length - 1 : next - 1;
}

/** The step of the first run at which another one is at `step`. */
function leading(state: State, pane: RunPane, step: number): number {
  const first = state.panes[0]!;
  if (pane === first) return step;
  const begun = begunAt(pane.run, step);
  const found = first.run.steps.findIndex((_, at) => begunAt(first.run, at) >= begun);
  return found < 0 ? first.run.steps.length - 1 : found;
}

/** How many ops have begun after an access: what both runs have in common. */
function begunAt({ steps }: RunData, step: number): number {
  return steps.slice(0, step + 1).filter(({ op }) => op !== undefined).length;
}

const MOVES: Readonly<Record<string, (state: State) => number>> = {
  ArrowRight: ({ step }) => step + 1,
  ArrowLeft: ({ step }) => step - 1,
  ArrowDown: ({ step }) => step + 1,
  ArrowUp: ({ step }) => step - 1,
  Home: () => -1,
  End: (state) => lengthOf(state) - 1,
};

/**
 * Arrows both ways: time goes downwards in the drawing and to the right in everybody's mind. @returns
 * whether the key means something here; else the browser may have it
 */
function onKey(state: State, go: (step: number) => void, key: string): boolean {
  const move = MOVES[key];
  if (!move) return false;
  go(move(state));
  return true;
}

/**
 * The buttons do what the keys do, and say which these are. The number is read out when it changes, so
 * that who does not see the drawing knows that something has happened.
 */
function controls(
  state: State,
  runs: readonly RunData[],
  go: (step: number) => void,
  said: HTMLElement,
): HTMLElement {
  const button = (sign: string, name: string, key: string) =>
    h('button', { type: 'button', 'aria-label': name, onclick: () => onKey(state, go, key) }, sign);
  return h(
    'div',
    { class: 'controls', role: 'group', 'aria-label': 'Steps' },
    button('|◀', 'To the start', 'Home'),
    button('◀', 'One access back', 'ArrowLeft'),
    said,
    button('▶', 'One access on', 'ArrowRight'),
    button('▶|', 'To the end', 'End'),
    h('span', { class: 'hint' }, 'or ', ...['←', '→', 'Home', 'End'].map((key) => h('kbd', {}, key))),
    legend(runs),
  );
}

/** What the bars beside the ops are: those that some run has, as a counter has neither locks nor RCU. */
function legend(runs: readonly RunData[]): HTMLElement {
  const met = new Set(runs.flatMap(barsOf).map(({ kind }) => kind));
  const names = [
    ['holds', 'holds a reference'],
    ['rcu', 'RCU section'],
    ['lock', 'lock'],
  ] as const;
  return h(
    'span',
    { class: 'legend' },
    ...names
      .filter(([kind]) => met.has(kind))
      .map(([kind, name]) => h('span', { class: `key ${kind}` }, name)),
  );
}

/**
 * Which run a side shows: the witness, the nearest of the reference, or the subject with nobody in
 * between. Any of them on either side, as the subject under two schedules is worth a look as well.
 */
function chooser(
  runs: readonly RunData[],
  run: RunData,
  side: number,
  take: (run: RunData) => void,
): HTMLElement {
  const options = runs.map((one, at) =>
    h('option', { value: at, selected: one === run }, `${one.side}: ${one.name}, ${one.schedule}`),
  );
  const choose = (event: Event) => take(runs[Number((event.target as HTMLSelectElement).value)]!);
  const label = side === 0 ? 'Run on the left' : 'Run on the right';
  return h('select', { class: 'chooser', 'aria-label': label, onchange: choose }, ...options);
}

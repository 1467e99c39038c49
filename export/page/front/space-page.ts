import type { GraphData, OutcomeRow, SpaceData, SpaceSide } from '../figure-data.ts';
import { type Child, h } from './dom.ts';
import type { Page } from './page.ts';
import { picture, save, standalone } from './save.ts';
import { graphOf } from './state-graph.ts';
import { rowHead, scroller, table } from './table.ts';
import { counted, grouped } from './words.ts';

/*
 * What `check --program` has decided, to be looked at: all states that any schedule reaches, each once. The schedules that
 * it names are ways through this graph, and the outcomes are its ends.
 */

/** How threads are told apart where colours are not seen. */
const STROKES = ['solid', 'dashed', 'dotted', 'dashed and dotted'];

/** Every state of one program, on both sides, and every outcome. @param crumbs the way here, from a case */
export function spacePage(space: SpaceData, crumbs?: readonly Child[]): Page {
  return {
    title: 'States of one program',
    ...(crumbs && { crumbs }),
    body: [
      h('p', { class: 'lead' }, h('code', {}, space.program), ` on ${space.target}`),
      h('p', { class: 'answer' }, space.answer),
      h('p', {}, countsText(space)),
      // The sentence first, then the numbers, then the drawing: who has come from a case knows what is wrong, and wants to
      // see how much there is around it.
      // The reference comes first in the data. But what the subject does is what was asked.
      ...[...space.sides].reverse().map(sideOf),
      ...outcomes(space),
    ],
  };
}

/** What the page comes to, before anybody has looked at a line of it. */
function countsText({ sides, outcomes: rows }: SpaceData): string {
  const states = [...sides].reverse().map(({ name, full }) => `${grouped(full.states)} of ${name}`);
  const alone = (side: SpaceSide['side']) => rows.filter((row) => row[side] && row.reference !== row.subject);
  const nameOf = (side: SpaceSide['side']) => sides.find((one) => one.side === side)?.name ?? side;
  const only = (['subject', 'reference'] as const).map(
    (side) => `${grouped(alone(side).length)} of ${nameOf(side)} alone`,
  );
  const ends =
    rows.length > 0 ? ` ${counted(rows.length, 'outcome')}, ${only.join(', ')}: they stand below.` : '';
  return `Every state that some schedule reaches, each once: ${states.join(', ')}.${ends}`;
}

/** A drawing, with a choice of the schedule that is drawn over it, and of merging. */
function sideOf(side: SpaceSide): HTMLElement {
  const place = scroller(`States of ${side.name}`);
  place.classList.add('graph');
  const detail = h('p', { class: 'told', 'aria-live': 'polite' }, 'Choose a state to see what holds there.');
  const note = h('p', { class: 'note' });
  // The first schedule is the one that the page is about: of a case its witness, of an answer that of its first signature.
  const chosen = { merged: false, path: side.full.paths.length > 0 ? 0 : -1 };
  const paths = h('select', { 'aria-label': `Schedule on ${side.name}` });
  const draw = () => {
    const graph = (chosen.merged && side.merged) || side.full;
    const counts = `${counted(graph.states, 'state')}, ${counted(graph.edges.length, 'access', 'accesses')} drawn.`;
    const strokes = side.lanes.map((lane, at) => `${lane} ${STROKES[at % STROKES.length]}`);
    note.textContent = [counts, graph.note, `Strokes: ${strokes.join(', ')}.`].filter(Boolean).join(' ');
    const tell = (state: number) => {
      detail.textContent = graph.nodes[state]!.detail;
    };
    // Drawn anew and not changed: which names have room depends on the schedule that is followed.
    place.replaceChildren(graphOf(graph, chosen.path, side, tell));
    fillPaths(paths, graph, chosen.path);
  };
  paths.addEventListener('change', () => {
    chosen.path = Number(paths.value);
    draw();
  });
  // Merged states are fewer, but a line in them no longer belongs to one thread: so it is asked for, and not the rule.
  const merge = h('input', {
    type: 'checkbox',
    onchange: () => {
      chosen.merged = merge.checked;
      draw();
    },
  });
  draw();
  return h(
    'section',
    {},
    h('h2', {}, `The ${side.side}: ${side.name}`),
    h(
      'div',
      { class: 'filters' },
      h('label', {}, 'schedule ', paths),
      side.merged && h('label', {}, merge, ' take threads with the same ops for one another'),
      ...saving(`states-${side.side}`, () => place.querySelector('svg')!),
    ),
    note,
    place,
    detail,
  );
}

/** @param drawn the drawing as it is then: it changes with what is chosen */
function saving(name: string, drawn: () => SVGSVGElement): HTMLElement[] {
  const button = (text: string, onclick: () => void) => h('button', { type: 'button', onclick }, text);
  return [
    button('SVG', () => save(`${name}.svg`, standalone(drawn()), 'image/svg+xml')),
    button('PNG', () => void picture(drawn()).then((blob) => save(`${name}.png`, blob))),
  ];
}

/** A graph that is cut has fewer: a schedule that leaves what is drawn cannot be followed. */
function fillPaths(paths: HTMLSelectElement, graph: GraphData, chosen: number): void {
  const options = graph.paths.map(({ name }, at) =>
    h('option', { value: at, selected: at === chosen }, name),
  );
  paths.replaceChildren(h('option', { value: -1, selected: chosen < 0 }, 'none'), ...options);
}

/** Those of one side alone are what the two differ in; they come first, and are marked. */
function outcomes({ outcomes: rows, outcomesNote, sides }: SpaceData): HTMLElement[] {
  const note = outcomesNote === undefined ? [] : [h('p', {}, outcomesNote)];
  if (rows.length === 0) return note;
  const nameOf = (side: SpaceSide['side']) => sides.find((one) => one.side === side)?.name ?? side;
  const heads = ['outcome', nameOf('reference'), nameOf('subject'), 'reached by'];
  return [h('h2', {}, 'Outcomes'), table('Outcomes', 'list', heads, rows.map(outcomeRow)), ...note];
}

/**
 * Results thread by thread, and what the word ends as; then which side has it. A tick and a dash stand
 * beside "yes" and "no", and the row of an outcome that one side lacks has a colour of its own: three ways
 * to see the same.
 */
function outcomeRow({ outcome, reference, subject, schedule }: OutcomeRow): HTMLElement {
  const has = (is: boolean) => h('td', { class: is ? 'yes' : 'no' }, is ? '✓ yes' : '– no');
  return h(
    'tr',
    { class: reference === subject ? '' : 'differs' },
    rowHead(h('code', {}, outcome)),
    has(reference),
    has(subject),
    h('td', {}, h('code', {}, schedule)),
  );
}

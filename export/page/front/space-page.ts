import type { GraphData, OutcomeRow, SpaceData, SpaceSide } from '../page-data.ts';
import { h } from './dom.ts';
import type { Page } from './page.ts';
import { picture, save, standalone } from './save.ts';
import { graphOf } from './state-graph.ts';
import { grouped } from './words.ts';

/** Every state of one program, on both sides, and every outcome. */
export function spacePage(space: SpaceData): Page {
  return {
    title: 'States of one program',
    body: [
      h('p', { class: 'lead' }, h('code', {}, space.program), ` on ${space.target}`),
      h('p', {}, space.answer),
      // What the subject does is what was asked.
      ...[...space.sides].reverse().map(sideOf),
      ...outcomes(space),
    ],
  };
}

/** A drawing, with a choice of the schedule that is drawn over it, and of merging. */
function sideOf(side: SpaceSide): HTMLElement {
  const place = h('div', {
    class: 'scroll graph',
    tabindex: 0,
    role: 'group',
    'aria-label': `States of ${side.name}`,
  });
  const detail = h('p', { class: 'told', 'aria-live': 'polite' }, 'Choose a state to see what holds there.');
  const note = h('p', { class: 'note' });
  const chosen = { merged: false, path: side.full.paths.length > 0 ? 0 : -1 };
  const paths = h('select', { 'aria-label': `Schedule on ${side.name}` });
  const draw = () => {
    const graph = (chosen.merged && side.merged) || side.full;
    note.textContent = `${grouped(graph.states)} states, ${grouped(graph.edges.length)} accesses. ${graph.note ?? ''}`;
    place.replaceChildren(
      graphOf(graph, chosen.path, side.name, (state) => {
        detail.textContent = graph.nodes[state]!.detail;
      }),
    );
    fillPaths(paths, graph, chosen.path);
  };
  paths.addEventListener('change', () => {
    chosen.path = Number(paths.value);
    draw();
  });
  const merge = h('input', {
    type: 'checkbox',
    onchange: (event) => {
      chosen.merged = (event.target as HTMLInputElement).checked;
      draw();
    },
  });
  const drawn = () => place.querySelector('svg')!;
  const file = `states-${side.side}`;
  const element = h(
    'section',
    {},
    h('h2', {}, `The ${side.side}: ${side.name}`),
    h(
      'div',
      { class: 'filters' },
      h('label', {}, 'schedule ', paths),
      side.merged && h('label', {}, merge, ' take threads with the same ops for one another'),
      h(
        'button',
        { type: 'button', onclick: () => save(`${file}.svg`, standalone(drawn()), 'image/svg+xml') },
        'SVG',
      ),
      h(
        'button',
        { type: 'button', onclick: () => void picture(drawn()).then((blob) => save(`${file}.png`, blob)) },
        'PNG',
      ),
    ),
    note,
    place,
    detail,
  );
  draw();
  return element;
}

function fillPaths(paths: HTMLSelectElement, graph: GraphData, chosen: number): void {
  const options = graph.paths.map(({ name }, at) =>
    h('option', { value: at, selected: at === chosen }, name),
  );
  paths.replaceChildren(h('option', { value: -1, selected: chosen < 0 }, 'none'), ...options);
}

function outcomes({ outcomes: rows, outcomesNote, sides }: SpaceData): HTMLElement[] {
  if (rows.length === 0) return outcomesNote === undefined ? [] : [h('p', {}, outcomesNote)];
  const names = (['reference', 'subject'] as const).map(
    (side) => sides.find((one) => one.side === side)?.name ?? side,
  );
  const heads = ['outcome', ...names, 'a schedule to it'];
  const yes = (has: boolean) => h('td', { class: has ? 'yes' : 'no' }, has ? '✓ yes' : '– no');
  const row = ({ outcome, reference, subject, schedule }: OutcomeRow) =>
    h(
      'tr',
      { class: reference === subject ? '' : 'differs' },
      h('th', { scope: 'row' }, h('code', {}, outcome)),
      yes(reference),
      yes(subject),
      h('td', {}, h('code', {}, schedule)),
    );
  return [
    h('h2', {}, 'Outcomes'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Outcomes' },
      h(
        'table',
        { class: 'list' },
        h('thead', {}, h('tr', {}, ...heads.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows.map(row)),
      ),
    ),
    ...(outcomesNote === undefined ? [] : [h('p', {}, outcomesNote)]),
  ];
}

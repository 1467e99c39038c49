import type { SpaceData } from '../figure-data.ts';
import type { CaseData, PageData } from '../page-data.ts';
import { mermaidOf, plantUmlOf } from '../sequence-text.ts';
import { addressOf, type Child, h, link } from './dom.ts';
import type { Page } from './page.ts';
import { picture, save, standalone } from './save.ts';
import { spacePage } from './space-page.ts';
import { type Stepper, stepper } from './stepper.ts';
import { badge } from './words.ts';

/*
 * The heart of the page. A reader comes here from a commit message or a mail, and asks three things in
 * this order: what goes wrong, in which order of accesses, and what would the reference have done? So the
 * sentence comes first, then both sides with their accesses beside each other, and last what he needs to
 * go on: files for a mail or a patch, and the command that prints the same.
 */

/** One case: what differs and why, and both sides, access by access. */
export function casePage(data: PageData, one: CaseData): Page {
  const steps = one.runs.length > 0 ? stepper(one.runs) : undefined;
  return {
    title: one.signature,
    crumbs: crumbs(data, one),
    body: [
      h('p', { class: 'why' }, badge(one.judgement), ' ', data.judgements[one.judgement].means),
      h('p', { class: 'lead' }, one.why),
      ...(one.note === undefined ? [] : [h('p', { class: 'alert', role: 'status' }, one.note)]),
      facts(data, one),
      ...(steps ? [steps.element, saving(one, steps), asText(one)] : []),
    ],
    ...(steps && { onKey: (key: string) => steps.onKey(key) }),
  };
}

/**
 * The way here, and to the cases beside this one: whoever reads through the cases of a cause goes on
 * without going back.
 */
function crumbs(data: PageData, one: CaseData): Child[] {
  const cause = data.causes.find(({ cases }) => cases.includes(one.id));
  const at = cause?.cases.indexOf(one.id) ?? -1;
  const beside = (distance: number, words: string) => {
    const id = cause?.cases[at + distance];
    return id === undefined ? [] : [' · ', link(addressOf('case', id), words)];
  };
  return [
    link('causes', 'causes'),
    ...(cause ? [' / ', link(addressOf('cause', cause.id), cause.id)] : [` / ${one.target}`]),
    ...(cause ? [` · case ${at + 1} of ${cause.cases.length}`] : []),
    ...beside(-1, 'previous'),
    ...beside(1, 'next'),
  ];
}

/**
 * What the case is about, in a few words each. Sources are links where the place is known: to the release
 * of the kernel that the subject is written after, or to the line of the user's own file that declares the
 * op.
 */
function facts(data: PageData, one: CaseData): HTMLElement {
  const row = (name: string, ...what: readonly Child[]) => [h('dt', {}, name), h('dd', {}, ...what)];
  const sources = one.sources.flatMap(({ text, href }, at) => [
    ...(at > 0 ? [', '] : []),
    href === undefined ? text : h('a', { href, rel: 'noreferrer' }, text),
  ]);
  return h(
    'dl',
    { class: 'facts' },
    ...row('program', h('code', {}, one.program)),
    ...row('compared', `${one.subject} against ${one.reference}`),
    ...row('differs in', `${one.kind}, at ${one.boundary}`),
    ...figures(data, one).flatMap(([name, what]) => row(name, what)),
    ...(sources.length > 0 ? row('source', ...sources) : []),
    ...row('file', h('code', {}, one.path)),
  );
}

/** What else shows the same, each on a page of its own: all that the program can do, and all that its ops do alone. */
function figures(data: PageData, { id, space, spaceNote }: CaseData): (readonly [string, Child])[] {
  // The subject first, as everywhere on this page.
  const states = space?.sides.map(({ name, full }) => `${full.states} of ${name}`).reverse();
  const cause = data.causes.find(({ cases }) => cases.includes(id));
  return [
    ...(states ? [['states', link(addressOf('states', id), states.join(', '))] as const] : []),
    ...(spaceNote === undefined ? [] : [['states', spaceNote] as const]),
    ...(cause?.line
      ? [
          [
            'number line',
            link(addressOf('line', cause.id), `${cause.ops.join(', ')} on every old value`),
          ] as const,
        ]
      : []),
  ];
}

/** Every state of the program of a case; the way through them that is drawn first is that of the case. */
export function caseSpacePage(data: PageData, one: CaseData, space: SpaceData): Page {
  return spacePage(space, [
    ...crumbs(data, one).slice(0, 3),
    ' / ',
    link(addressOf('case', one.id), one.signature),
  ]);
}

/**
 * Buttons for each side. A drawing is saved as it stands, with the access that is shown lit, so that a
 * reader can be shown just this moment; Mermaid and PlantUML have the whole run, as they cannot step.
 */
function saving(one: CaseData, steps: Stepper): HTMLElement {
  // By signature and side: two files of one case lie beside each other in a folder, and a year later still say what they are.
  const name = (side: number) => `${one.signature}-${steps.panes()[side]!.run.side}`;
  const button = (text: string, act: (side: number) => void, side: number) =>
    h('button', { type: 'button', onclick: () => act(side) }, text);
  const pane = (side: number) => steps.panes()[side]!;
  const row = (side: number, title: string) =>
    h(
      'div',
      { class: 'saving', role: 'group', 'aria-label': `Save the ${title} run` },
      h('span', {}, `Save the ${title} run as`),
      button('SVG', () => save(`${name(side)}.svg`, standalone(pane(side).drawing), 'image/svg+xml'), side),
      button(
        'PNG',
        () => void picture(pane(side).drawing).then((blob) => save(`${name(side)}.png`, blob)),
        side,
      ),
      button('Mermaid', () => save(`${name(side)}.mmd`, mermaidOf(pane(side).run)), side),
      button('PlantUML', () => save(`${name(side)}.puml`, plantUmlOf(pane(side).run)), side),
    );
  return h(
    'div',
    { class: 'savings' },
    ...steps.panes().map((_, side) => row(side, side === 0 ? 'left' : 'right')),
  );
}

/**
 * Plain text for mails: lists of the kernel take nothing else, and it is what `show` prints. It is here so
 * that whoever was sent the page alone, without refuzz, can quote it.
 */
function asText(one: CaseData): HTMLElement {
  return h(
    'details',
    {},
    h('summary', {}, 'As plain text, for a mail'),
    h('pre', { tabindex: 0 }, one.text),
    h('button', { type: 'button', onclick: () => save(`${one.signature}.txt`, `${one.text}\n`) }, 'Save'),
    h('p', {}, 'In a shell: ', h('code', {}, `refuzz show ${one.path}`)),
  );
}

import type { CauseData, PageData } from '../page-data.ts';
import { h } from './dom.ts';
import { JUDGED } from './words.ts';

/*
 * What a reader looks for among the causes.
 *
 * All of it has to fit: a kernel developer types the op that he is about to convert, chooses the target, and leaves out
 * whatever protects. It is kept as long as the page is open, so that the way back from a cause leads to the same list; and
 * it is kept nowhere else, as a page that is opened from a disk has no business to store anything.
 */
const wanted = { text: '', target: '', judgement: '', onlyNew: false };

/**
 * Whether a cause is one that the reader wants. Words are looked for in everything that the list shows, in any order and
 * whatever their case.
 *
 *     dec atomic     finds dec_and_test-from-1-to-2 of a target that is held against atomic
 */
export function isWanted({ target, name, text, ops, judged, isNew }: CauseData): boolean {
  const words = `${target} ${name} ${text} ${ops.join(' ')}`.toLowerCase();
  const isSaid = (word: string) => words.includes(word);
  return (
    wanted.text.toLowerCase().split(/\s+/).every(isSaid) &&
    (wanted.target === '' || target === wanted.target) &&
    (wanted.judgement === '' || Object.hasOwn(judged, wanted.judgement)) &&
    (!wanted.onlyNew || isNew)
  );
}

/** The fields of the filter. @param fill called whenever something else is wanted */
export function filters({ causes }: PageData, fill: () => void): HTMLElement {
  const targets = [...new Set(causes.map(({ target }) => target))];
  const text = h('input', {
    type: 'search',
    value: wanted.text,
    placeholder: 'dec_and_test, overflow, …',
    oninput: taking((field) => (wanted.text = field.value), fill),
  });
  const fresh = h('input', {
    type: 'checkbox',
    checked: wanted.onlyNew,
    onchange: taking((field) => (wanted.onlyNew = field.checked), fill),
  });
  // Nothing is sent anywhere: the form is there for who hears the page, as a place where one can search.
  return h(
    'form',
    { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
    h('label', {}, 'words ', text),
    choice('target', 'all targets', targets, fill),
    choice('judgement', 'all judgements', JUDGED, fill),
    // Of a corpus alone nothing is new: news is what a campaign has met.
    causes.some(({ isNew }) => isNew) && h('label', {}, fresh, ' new only'),
  );
}

/** A list to choose from. @param any what stands for "whatever it is" */
function choice(
  name: 'target' | 'judgement',
  any: string,
  values: readonly string[],
  fill: () => void,
): HTMLElement {
  const options = values.map((value) => h('option', { value, selected: wanted[name] === value }, value));
  const onchange = taking((field) => (wanted[name] = field.value), fill);
  return h('label', {}, `${name} `, h('select', { onchange }, h('option', { value: '' }, any), ...options));
}

/** What happens in a field: its value is taken, and the list made again. */
function taking(take: (field: HTMLInputElement) => unknown, fill: () => void): (event: Event) => void {
  return (event) => {
    take(event.target as HTMLInputElement);
    fill();
  };
}

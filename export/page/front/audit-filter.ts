import type { AuditData, CounterData } from '../audit-data.ts';
import { h } from './dom.ts';

/*
 * What a reader looks for among the counters of a tree: his own subsystem, what converts, what is wrong. Like the filter of
 * the causes it is kept as long as the page is open, and nowhere else.
 */

/** What can be chosen from a list, by the field that it is of. */
const CHOICES = ['subsystem', 'verdict', 'protocol', 'type', 'confidence'] as const;
type Choice = (typeof CHOICES)[number];

const wanted: { words: string } & Record<Choice, string> = {
  words: '',
  subsystem: '',
  verdict: '',
  protocol: '',
  type: '',
  confidence: '',
};

/** What words are looked for in, made once for each counter: a letter that is typed must not wait for five thousand joins. */
const texts = new WeakMap<CounterData, string>();

function textOf(counter: CounterData): string {
  const known = texts.get(counter);
  if (known !== undefined) return known;
  const { id, declared, comment = '', protocol, rule, remedy, reasons, sites, embeddedIn = [] } = counter;
  const parts = [
    ...[id, declared.at, declared.text, comment, protocol, rule, remedy],
    ...reasons.map(({ what }) => what),
    ...sites.flatMap(({ at, text, fn = '', op }) => [at, text, fn, op]),
    ...embeddedIn,
  ];
  const text = parts.join('\n').toLowerCase();
  texts.set(counter, text);
  return text;
}

/**
 * The counters that the reader wants. Words are looked for in everything that the page of a counter shows, source lines as
 * well, in any order and whatever their case.
 *
 *     dec_return free    finds whatever is freed behind a dec_return
 */
export function wantedOf({ counters }: AuditData): CounterData[] {
  const words = wanted.words.toLowerCase().split(/\s+/);
  return counters.filter(
    (counter) =>
      CHOICES.every((name) => wanted[name] === '' || counter[name] === wanted[name]) &&
      words.every((word) => word === '' || textOf(counter).includes(word)),
  );
}

/** The fields of the filter. @param fill called whenever something else is wanted */
export function auditFilters(data: AuditData, fill: () => void): HTMLElement {
  const words = h('input', {
    type: 'search',
    value: wanted.words,
    placeholder: 'inet_peer, dec_return, …',
    oninput: (event) => {
      wanted.words = (event.target as HTMLInputElement).value;
      fill();
    },
  });
  return h(
    'form',
    { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
    h('label', {}, 'words ', words),
    ...CHOICES.map((name) => choice(name, data, fill)),
  );
}

/** A list to choose from: of what there is, with how often. Verdicts go by their words, in the order of reports. */
function choice(name: Choice, { counters, verdicts }: AuditData, fill: () => void): HTMLElement {
  const counts = new Map<string, number>();
  for (const counter of counters) counts.set(counter[name], (counts.get(counter[name]) ?? 0) + 1);
  const order = name === 'verdict' ? verdicts.map(({ verdict }) => verdict) : [...counts.keys()].sort();
  const options = order.flatMap((value) => {
    const times = counts.get(value);
    if (times === undefined) return [];
    const word = name === 'verdict' ? verdicts.find(({ verdict }) => verdict === value)!.word : value;
    return [h('option', { value, selected: wanted[name] === value }, `${word} (${times})`)];
  });
  const onchange = (event: Event) => {
    wanted[name] = (event.target as HTMLSelectElement).value;
    fill();
  };
  return h('label', {}, `${name} `, h('select', { onchange }, h('option', { value: '' }, 'all'), ...options));
}

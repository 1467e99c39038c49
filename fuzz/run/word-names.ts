import { holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { threadWordCells } from './access.ts';

/** Of the words that every scheme has; a counter has the first alone. */
const WORD_NAMES: readonly string[] = [
  'count',
  'list',
  'lock',
  'mutex',
  'idle',
  'idle-waits',
  'rcu',
  'rcu-waits',
  'rcu-caller',
  'object',
  'held',
  'rcu-nesting',
  'facts',
  'warned',
  'touched',
  'timer',
  'pinned',
  'nested-before',
];

/** The names of a subject's words, by number: as a machine's state has them, see scheme-layout.ts. */
export function wordNamesOf(subject: Subject): readonly string[] {
  if (subject.kind === 'counter') return WORD_NAMES;
  const own = (subject.words ?? []).map(({ name }) => name);
  const held = holdKindsOf(subject).slice(1);
  const resource = subject.resource ? ['resource'] : [];
  const threads = (subject.threadWords ?? []).flatMap(({ name }) =>
    Array.from({ length: threadWordCells(subject) }, () => name),
  );
  return [...WORD_NAMES, ...own, ...held.map(({ name }) => `held ${name}`), ...resource, ...threads];
}

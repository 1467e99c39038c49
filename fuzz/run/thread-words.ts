import { exchange } from '../../oracles/packed-fields.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { bitsChanged, KEEP, type Word } from '../../targets/subject/word.ts';
import { Access } from './access.ts';
import { type SchemeLayout, schemeLayout } from './scheme-layout.ts';

// Words that every thread has for itself. They are part of the state, and go with their thread where two threads are
// exchanged; an access of one is seen by nobody else, so one order of it with what others do stands for all.

/** Puts them at the start of a program: alike for all threads. */
export function startThreadWords(
  words: Int32Array,
  values: readonly number[],
  { threadWords, threadWordCells }: SchemeLayout,
): void {
  values.forEach((value, at) => {
    const first = threadWords + at * threadWordCells;
    words.fill(value, first, first + threadWordCells);
  });
}

/** Exchanges those of two threads. */
export function swapThreadWords(
  words: Int32Array,
  { threadWords, threadWordsEnd, threadWordCells }: SchemeLayout,
  one: number,
  other: number,
): void {
  for (let first = threadWords; first < threadWordsEnd; first += threadWordCells)
    exchange(words, first + one, first + other);
}

const NONE: readonly Word[] = [];

/** An access as an op asks for it. @returns its result, if it has one */
type Ask = (access: { kind: number; word: number; a?: number; order: 'relaxed' }) => number;

/**
 * Those of a scheme as its ops see them. Nobody comes between two accesses of such a word, so whatever reads and writes it is
 * a load and a store.
 */
export function threadWordsOf(
  scheme: Scheme,
  ask: Ask,
  around: Pick<Word, 'repeat' | 'warn' | 'fence'>,
): readonly Word[] {
  if (!scheme.threadWords) return NONE;
  const { threadWords, threadWordCells } = schemeLayout(scheme);
  return scheme.threadWords.map((_, at) => threadWord(threadWords + at * threadWordCells, ask, around));
}

/** One of them. To the trees a load of it is an access with a result: what the op does next may depend on it. */
function threadWord(word: number, ask: Ask, around: Pick<Word, 'repeat' | 'warn' | 'fence'>): Word {
  const load = () => ask({ kind: Access.LOAD_OWN, word, order: 'relaxed' });
  const store = (a: number) => void ask({ kind: Access.STORE_OWN, word, a: a | 0, order: 'relaxed' });
  const change = (next: (old: number) => number | typeof KEEP) => {
    const old = load();
    const value = next(old);
    if (value !== KEEP) store(value);
    return old;
  };
  return {
    load,
    store,
    exchange: (value) => change(() => value),
    fetchAdd: (value) => change((old) => old + value),
    fetchSub: (value) => change((old) => old - value),
    fetchBits: (how, value) => change((old) => bitsChanged(old, how, value)),
    compareExchange: (expected, desired) => change((old) => (old === expected ? desired : KEEP)),
    update: (next) => change(next),
    repeat: (round) => around.repeat(round),
    warn: (warning) => around.warn(warning),
    fence: (order) => around.fence(order),
  };
}

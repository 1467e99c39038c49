import { isAccess, type MemoryProgram, wordAt } from './event.ts';
import { type Ordering, orderingOf } from './ordering.ts';
import { ALL_RULES, type Rules } from './rules.ts';
import { type Section, sectionsOf } from './sections.ts';

/**
 * The name of a write: the number of its event, or `-1 - word` for what a word holds at first. Numbers of events run
 * through all threads.
 */
export type Write = number;

/** Of each word, the latest write that is known of. A word's writes have one order, so one of them stands for all before it. */
export type View = readonly Write[];

/**
 * Where a program stands. Writes are in the history of their word as soon as they are done, and reach each thread at a
 * time of their own: `known[t]` is what has reached thread t, which t can no longer fail to see.
 */
export interface State {
  /** Of each thread, the events that are done, as bits. */
  readonly done: readonly number[];
  /** Of each event that is a done read: the write that it took. */
  readonly source: readonly (Write | undefined)[];
  /** Of each event that is done: what it read or wrote. */
  readonly value: readonly (number | undefined)[];
  /** Of each event that is a done write: what who reads it comes to know, besides the write itself. */
  readonly carried: readonly (View | undefined)[];
  /** Of each word, its writes from the first to the last. */
  readonly histories: readonly (readonly Write[])[];
  readonly known: readonly View[];
  /** Of each event that is a grace period which has begun: the sections that it waits for. */
  readonly awaited: readonly (readonly number[] | undefined)[];
  /** Whether plain accesses have raced by now. */
  readonly isRaced: boolean;
}

/** What does not change while a program runs. */
export interface Setting {
  readonly program: MemoryProgram;
  readonly rules: Rules;
  readonly orderings: readonly Ordering[];
  /** The number of each thread's first event. */
  readonly base: readonly number[];
  /** The thread of each event, by number. */
  readonly thread: readonly number[];
  readonly sections: readonly Section[];
}

/** @param rules fewer than all only in tests */
export function settingOf(program: MemoryProgram, rules: Rules = ALL_RULES): Setting {
  const base: number[] = [];
  const thread: number[] = [];
  for (const [index, { events }] of program.threads.entries()) {
    base.push(thread.length);
    thread.push(...events.map(() => index));
  }
  const orderings = program.threads.map((path) => orderingOf(path, rules));
  return { program, rules, orderings, base, thread, sections: sectionsOf(program) };
}

/** Nothing is done. */
export function firstState({ program, thread }: Setting): State {
  const first = program.words.map((_, word) => -1 - word);
  const none = thread.map(() => undefined);
  return {
    done: program.threads.map(() => 0),
    source: none,
    value: none,
    carried: none,
    histories: first.map((write) => [write]),
    known: program.threads.map(() => first),
    awaited: none,
    isRaced: false,
  };
}

/** Two states with the same key continue alike. Values and what is carried follow from the sources and the histories. */
export function keyOf({ done, source, histories, known, awaited, isRaced }: State): string {
  return `${done.join()};${source.join()};${histories.join('/')};${known.join('/')};${awaited.map((one) => one && `+${one.join('+')}`).join()};${isRaced}`;
}

/** Which writes were read and how they follow each other: what LKMM calls an execution. */
export function executionOf({ source, histories }: State): string {
  return `${source.join()};${histories.join('/')}`;
}

/** Whether an event of a thread is done. */
export function isDone(state: State, thread: number, place: number): boolean {
  return (state.done[thread]! & (1 << place)) !== 0;
}

/** Values that a thread has read, for operands. */
export function valuesOf({ base }: Setting, state: State, thread: number): (read: number) => number {
  return (read) => {
    const value = state.value[base[thread]! + read];
    if (value === undefined) throw new Error('internal: an operand is computed before its reads are done');
    return value;
  };
}

/** Whether all that an operand or check needs has been read. */
export function isComputable(state: State, thread: number, { reads }: { readonly reads: readonly number[] }) {
  return reads.every((read) => isDone(state, thread, read));
}

/**
 * The word that an access is of; undefined while the reads that decide it are not done.
 *
 * @throws WildPointer when it is none
 */
export function wordOf(setting: Setting, state: State, thread: number, place: number): number | undefined {
  const event = setting.program.threads[thread]!.events[place]!;
  if (!isAccess(event) || !isComputable(state, thread, event.address)) return undefined;
  const pointer = event.address.of(valuesOf(setting, state, thread));
  return wordAt(pointer, setting.program.words.length);
}

/** What a write has written. */
export function writtenBy({ program }: Setting, { value }: State, write: Write): number {
  return write < 0 ? program.initial[-1 - write]! : value[write]!;
}

/** The later of two writes of a word. */
function later(history: readonly Write[], one: Write, other: Write): Write {
  return one === other || history.indexOf(one) >= history.indexOf(other) ? one : other;
}

/** What is known to one who knows both. */
export function join({ histories }: State, one: View, other: View): View {
  return one === other ? one : one.map((write, word) => later(histories[word]!, write, other[word]!));
}

/** A view, and one write more. */
export function withWrite({ histories }: State, view: View, word: number, write: Write): View {
  return view.with(word, later(histories[word]!, view[word]!, write));
}

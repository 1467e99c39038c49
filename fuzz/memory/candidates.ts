import { isAccess, type MemoryEvent, type ReadEvent, type WriteEvent } from './event.ts';
import { isComputable, isDone, type Setting, type State, type Write, wordOf } from './state.ts';

/** Places in a history: a read takes one of `from` to `to`; a write goes in front of one of them. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The writes that a read can take, and where a write can go. Three things bound both.
 *
 *     what has reached the thread          nothing older can be read, and a write comes after it
 *     what the thread did to the word      program order and the order of the word's writes agree (coherence)
 *     what it did already that comes later likewise, as later accesses may have been done earlier
 */
function bounds(
  setting: Setting,
  state: State,
  thread: number,
  place: number,
  word: number,
): Range | undefined {
  const { program, rules } = setting;
  const { events } = program.threads[thread]!;
  const event = events[place]!;
  const history = state.histories[word]!;
  const isRead = event.kind === 'read';
  let from = history.indexOf(state.known[thread]![word]!) + (isRead ? 0 : 1);
  let to = history.length - (isRead ? 1 : 0);
  if (!rules.has('coherence')) return { from, to };
  for (const [at, other] of events.entries()) {
    if (at === place || !isAccess(other) || !isDone(state, thread, at)) continue;
    if (wordOf(setting, state, thread, at) !== word) continue;
    const number = setting.base[thread]! + at;
    const write = other.kind === 'write' ? number : state.source[number]!;
    // A read that took a write of its own thread ahead of its time.
    const stands = history.indexOf(write);
    if (stands < 0 || write === setting.base[thread]! + place) continue;
    if (at < place) from = Math.max(from, stands + (isRead ? 0 : 1));
    else if (!isRead && isMarkedPair(event, other)) return undefined;
    else if (isRead && other.kind === 'write' && isMarkedPair(event, other)) return undefined;
    else to = Math.min(to, stands - (isRead && isBetween(setting, thread, write, place, at) ? 1 : 0));
  }
  return from > to ? undefined : { from, to };
}

/** Marked accesses of one word, one of them a write, are done in program order, also where a pointer hid that they are. */
function isMarkedPair(one: MemoryEvent, other: ReadEvent | WriteEvent): boolean {
  return isAccess(one) && one.order !== 'plain' && other.order !== 'plain';
}

/** Whether what a later read took, or a later write, was written by the thread itself after the place. */
function isBetween({ base, thread: of }: Setting, thread: number, write: Write, place: number, at: number) {
  return write >= 0 && of[write] === thread && write > base[thread]! + place && write <= base[thread]! + at;
}

/**
 * The writes that a read can take now.
 *
 * A thread reads its own write before others can see it. So the last write before it in program order that is not done is
 * what it reads, once the value is known.
 */
export function sourcesOf(setting: Setting, state: State, thread: number, place: number): readonly Write[] {
  const word = wordOf(setting, state, thread, place);
  if (word === undefined) return [];
  const own = ownWrite(setting, state, thread, place, word);
  if (own !== undefined && !isDone(state, thread, own)) {
    const write = setting.program.threads[thread]!.events[own] as WriteEvent;
    return isForwarded(state, thread, write) ? [setting.base[thread]! + own] : [];
  }
  const range = bounds(setting, state, thread, place, word);
  return range ? state.histories[word]!.slice(range.from, range.to + 1) : [];
}

/** The value of an atomic op is that of its read, and where it goes must be known. */
function isForwarded(state: State, thread: number, write: WriteEvent): boolean {
  return isComputable(state, thread, write.value) && isComputable(state, thread, write.address);
}

/** The place of the thread's last write of a word ahead of a place. */
function ownWrite(setting: Setting, state: State, thread: number, place: number, word: number) {
  const { events } = setting.program.threads[thread]!;
  for (let at = place - 1; at >= 0; at--)
    if (events[at]!.kind === 'write' && wordOf(setting, state, thread, at) === word) return at;
  return undefined;
}

/**
 * Where a write can go now: it comes in front of the write that stands there. The two halves of a read-modify-write stay
 * together.
 */
export function placesOf(setting: Setting, state: State, thread: number, place: number): readonly number[] {
  const word = wordOf(setting, state, thread, place);
  if (word === undefined) return [];
  const event = setting.program.threads[thread]!.events[place] as WriteEvent;
  const range = bounds(setting, state, thread, place, word);
  if (!range) return [];
  const history = state.histories[word]!;
  const behind = event.of === undefined ? undefined : state.source[setting.base[thread]! + event.of];
  const places: number[] = [];
  for (let at = range.from; at <= range.to; at++) {
    const parts = setting.rules.has('atomicity') && splitsUpdate(setting, state, history, at);
    const isAdjacent = behind === undefined || !setting.rules.has('atomicity') || history[at - 1] === behind;
    if (!parts && isAdjacent) places.push(at);
  }
  return places;
}

/** Whether the write that stands at a place is the second half of a read-modify-write that read the one in front of it. */
function splitsUpdate(
  { program, base, thread }: Setting,
  state: State,
  history: readonly Write[],
  at: number,
) {
  const write = history[at];
  if (write === undefined || write < 0) return false;
  const whose = thread[write]!;
  const event = program.threads[whose]!.events[write - base[whose]!];
  return (
    event?.kind === 'write' &&
    event.of !== undefined &&
    state.source[base[whose]! + event.of] === history[at - 1]
  );
}

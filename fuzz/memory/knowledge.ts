import { unlockBefore } from './ordering.ts';
import { isDone, join, type Setting, type State, type View, type Write, withWrite, wordOf } from './state.ts';

/*
 * What an event knows of. LKMM puts it in terms of propagation: a fence sees to it that what is known before it reaches
 * another thread no later than what comes after it.
 *
 *     P0                          P1                             P2
 *     WRITE_ONCE(x, 1)            r1 = READ_ONCE(y)  [1]         r2 = smp_load_acquire(z)  [1]
 *     smp_store_release(y, 1)     smp_store_release(z, 1)        r3 = READ_ONCE(x)
 *
 * The write of y carries x = 1. P1 reads y, so it knows of y and of x, and its write of z carries both. P2 reads z before
 * x, so x = 1 has reached it by then.
 */

/** Nothing but what the words hold at first. */
export function nothingKnown({ program }: Setting): View {
  return program.words.map((_, word) => -1 - word);
}

/**
 * What is known from one event that is done: from a write the write itself and what it carries, from a read of another
 * thread's write likewise. Plain accesses that race with others tell nothing.
 */
export function knownFrom(setting: Setting, state: State, thread: number, place: number): View {
  const none = nothingKnown(setting);
  const event = setting.program.threads[thread]!.events[place]!;
  if (!isDone(state, thread, place)) return none;
  const number = setting.base[thread]! + place;
  if (event.kind === 'write') return knownFromWrite(setting, state, number);
  if (event.kind !== 'read' || event.order === 'plain') return none;
  const source = state.source[number]!;
  if (source < 0 || setting.thread[source] === thread || isPlainWrite(setting, source)) return none;
  return knownFromWrite(setting, state, source);
}

/** A write, and what it carries. */
export function knownFromWrite(setting: Setting, state: State, write: Write): View {
  const thread = setting.thread[write]!;
  const word = wordOf(setting, state, thread, write - setting.base[thread]!)!;
  const carried = setting.rules.has('carried') ? state.carried[write]! : nothingKnown(setting);
  return withWrite(state, carried, word, write);
}

/** Whether a write is one that the compiler may do as it likes. */
export function isPlainWrite({ program, base, thread }: Setting, write: Write): boolean {
  if (write < 0) return false;
  const event = program.threads[thread[write]!]!.events[write - base[thread[write]!]!];
  return event?.kind === 'write' && event.order === 'plain';
}

/** What is known from a thread's first events, or from the writes among them. */
export function knownBefore(
  setting: Setting,
  state: State,
  thread: number,
  end: number,
  of: 'everything' | 'writes' = 'everything',
): View {
  const { events } = setting.program.threads[thread]!;
  let view = nothingKnown(setting);
  for (let place = 0; place < end; place++)
    if (of === 'everything' || events[place]!.kind === 'write')
      view = join(state, view, knownFrom(setting, state, thread, place));
  return view;
}

/**
 * What a write carries, decided when it is done.
 *
 *     release                     all that its thread knows from the events before it
 *     behind smp_wmb              its thread's writes before the fence
 *     read-modify-write           what the write carries that it has read
 *     behind unlock and lock      the writes before the unlock, of this thread or of the one that gave the lock back
 */
export function carriedBy(setting: Setting, state: State, thread: number, place: number): View {
  const { rules, program } = setting;
  const { events } = program.threads[thread]!;
  const event = events[place]!;
  if (event.kind !== 'write') throw new Error('internal: only writes carry what is known');
  const isRelease = event.order === 'release' && rules.has('release');
  let view = isRelease
    ? knownBefore(setting, state, thread, place, rules.has('cumulative') ? 'everything' : 'writes')
    : nothingKnown(setting);
  const fence = events.slice(0, place).findLastIndex((one) => one.kind === 'fence' && one.fence === 'wmb');
  if (fence >= 0 && rules.has('wmb'))
    view = join(state, view, knownBefore(setting, state, thread, fence, 'writes'));
  if (event.of !== undefined && rules.has('release-sequence')) {
    const source = state.source[setting.base[thread]! + event.of]!;
    if (source >= 0) view = join(state, view, state.carried[source]!);
  }
  return rules.has('unlock-lock') ? join(state, view, fromLocks(setting, state, thread, place)) : view;
}

/** The writes before each unlock that a lock before this place follows. */
function fromLocks(setting: Setting, state: State, thread: number, place: number): View {
  const { base } = setting;
  let view = nothingKnown(setting);
  const add = (whose: number, unlock: number) => {
    view = join(state, view, knownBefore(setting, state, whose, unlock, 'writes'));
  };
  for (const source of unlocksOf(setting, state, thread, place)) {
    const whose = setting.thread[source]!;
    add(whose, source - base[whose]!);
  }
  const own = unlockBefore(setting.program.threads[thread]!.events, place);
  if (own >= 0) add(thread, own);
  return view;
}

/** The unlocks that the locks before a place have read. */
function unlocksOf(setting: Setting, state: State, thread: number, place: number): Write[] {
  const { events } = setting.program.threads[thread]!;
  return events.slice(0, place).flatMap((event, at) => {
    if (event.kind !== 'read' || !event.takesLock || !isDone(state, thread, at)) return [];
    const source = state.source[setting.base[thread]! + at]!;
    return source < 0 ? [] : [source];
  });
}

/**
 * What a full fence makes everybody see: all that is known from what it is behind.
 *
 * `smp_mb__after_unlock_lock` is behind what came before the unlock, also that of another thread.
 */
export function pushedBy(setting: Setting, state: State, thread: number, place: number): View {
  const event = setting.program.threads[thread]!.events[place]!;
  let view = knownBefore(setting, state, thread, setting.orderings[thread]!.spans[place]!.end);
  if (event.kind === 'fence' && event.fence === 'after-unlock-lock')
    for (const source of unlocksOf(setting, state, thread, place)) {
      const whose = setting.thread[source]!;
      view = join(state, view, knownBefore(setting, state, whose, source - setting.base[whose]!));
    }
  return view;
}

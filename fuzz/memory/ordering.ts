import { type FenceEvent, isAccess, type MemoryEvent, type ThreadPath } from './event.ts';
import type { Rules } from './rules.ts';

/**
 * What must have happened before each event of a path: LKMM's preserved program order, as far as it does not depend on
 * which write a read has taken. A set of events is a number with a bit for each.
 *
 *     r1 = READ_ONCE(x)          waits for nothing
 *     smp_rmb()                  is no step; it makes reads wait
 *     r2 = READ_ONCE(y)          waits for r1
 *     WRITE_ONCE(z, r2)          waits for r2, and not for r1
 */
export interface Ordering {
  readonly before: readonly number[];
  /** Of a full fence: which events it is behind and ahead of; undefined for everything else. */
  readonly spans: readonly (Span | undefined)[];
}

/** A full fence makes what lies before `end` seen by everybody who comes after what begins at `start`. */
export interface Span {
  readonly end: number;
  readonly start: number;
}

/** The most events of a path, as they are bits of a number. */
export const MOST_EVENTS = 30;

/** @param path of at most MOST_EVENTS events */
export function orderingOf(path: ThreadPath, rules: Rules): Ordering {
  const { events } = path;
  const spans = events.map((event, at) =>
    event.kind === 'grace'
      ? { end: at, start: at + 1 }
      : event.kind === 'fence'
        ? spanOf(events, event, at, rules)
        : undefined,
  );
  const before = events.map((event, at) => {
    if (spans[at]) return accesses(events, spans[at].end) | locksOf(events, event, at);
    return isAccess(event) ? beforeAccess(events, spans, at, rules) : 0;
  });
  return { before, spans };
}

/** The accesses among the first so many events. */
function accesses(events: readonly MemoryEvent[], end: number): number {
  return setOf(events.slice(0, end), isAccess);
}

function setOf(events: readonly MemoryEvent[], is: (event: MemoryEvent) => boolean): number {
  return events.reduce((set, event, at) => (is(event) ? set | (1 << at) : set), 0);
}

/** `smp_mb__after_unlock_lock` needs to know which lock it is after. */
function locksOf(events: readonly MemoryEvent[], event: MemoryEvent, at: number): number {
  if (event.kind !== 'fence' || event.fence !== 'after-unlock-lock') return 0;
  return setOf(events.slice(0, at), takesLock);
}

const takesLock = (event: MemoryEvent) => event.kind === 'read' && event.takesLock;
const givesBack = (event: MemoryEvent) => event.kind === 'write' && event.lock === 'gives back';
const isAtomicRead = (event: MemoryEvent) => event.kind === 'read' && event.isAtomic;
/** A lock is taken by a read-modify-write as well, but is no atomic op. */
const isOfAtomic = (event: MemoryEvent) =>
  isAtomicRead(event) || (event.kind === 'write' && event.of !== undefined && event.lock === undefined);

/** Fences that lean on an access span what is before and after that access, and not what lies between. */
function spanOf(
  events: readonly MemoryEvent[],
  { fence }: FenceEvent,
  at: number,
  rules: Rules,
): Span | undefined {
  if (fence === 'rmb' || fence === 'wmb') return undefined;
  if (fence === 'mb') return rules.has('mb') ? { end: at, start: at + 1 } : undefined;
  if (!rules.has('atomic-fences')) return undefined;
  const last = (is: (event: MemoryEvent) => boolean) => ({
    end: events.slice(0, at).findLastIndex(is) + 1,
    start: at + 1,
  });
  switch (fence) {
    case 'before-atomic': {
      const start = events.findIndex((event, place) => place > at && isAtomicRead(event));
      return start < 0 ? undefined : { end: at, start };
    }
    case 'after-atomic':
      return last(isOfAtomic);
    case 'after-spinlock':
      return last((event) => event.kind === 'write' && event.lock === 'takes');
    case 'after-srcu-read-unlock':
      return last((event) => event.kind === 'leave' && event.domain !== 'rcu');
    case 'after-unlock-lock':
      return { end: Math.max(0, unlockBefore(events, at)), start: at + 1 };
  }
}

/** The last unlock that a lock follows, both of this thread and before a place; -1 when there is none. */
export function unlockBefore(events: readonly MemoryEvent[], place: number): number {
  const lock = events.slice(0, place).findLastIndex(takesLock);
  return lock < 0 ? -1 : events.slice(0, lock).findLastIndex(givesBack);
}

function beforeAccess(
  events: readonly MemoryEvent[],
  spans: readonly (Span | undefined)[],
  at: number,
  rules: Rules,
): number {
  const event = events[at]!;
  if (!isAccess(event)) return 0;
  const earlier = events.slice(0, at);
  let set = setOf(earlier, (one) => one.kind === 'read' && one.order === 'acquire' && rules.has('acquire'));
  for (const [place, span] of spans.entries()) if (span && span.start <= at) set |= 1 << place;
  if (event.kind === 'write' && event.order === 'release' && rules.has('release'))
    set |= accesses(events, at);
  set |= weakFences(earlier, event, rules);
  const unlock = unlockBefore(events, at);
  if (unlock >= 0 && rules.has('unlock-lock')) set |= 1 << unlock;
  for (const read of event.address.reads) set |= 1 << read;
  if (event.kind === 'write') set |= beforeWrite(event, rules);
  return set | sameWord(earlier, event, rules);
}

/** `smp_rmb` between two reads, `smp_wmb` between two writes. */
function weakFences(
  earlier: readonly MemoryEvent[],
  event: MemoryEvent & { kind: 'read' | 'write' },
  rules: Rules,
): number {
  const name = event.kind === 'read' ? 'rmb' : 'wmb';
  const isSubject = (one: MemoryEvent) => one.kind === event.kind && !(one.kind === 'read' && one.isNoReturn);
  if (!isSubject(event) || !rules.has(name)) return 0;
  const fence = earlier.findLastIndex((one) => one.kind === 'fence' && one.fence === name);
  return fence < 0 ? 0 : setOf(earlier.slice(0, fence), isSubject);
}

/**
 * A value cannot be stored before it is known. The compiler may store a plain one ahead of a branch that it finds it can
 * do without, so control dependencies hold marked writes alone.
 */
function beforeWrite(event: MemoryEvent & { kind: 'write' }, rules: Rules): number {
  let set = event.of === undefined ? 0 : 1 << event.of;
  for (const read of event.value.reads) set |= 1 << read;
  if (event.order !== 'plain' && rules.has('control')) for (const read of event.control) set |= 1 << read;
  return set;
}

/** Of words that are known beforehand; where a pointer leads is seen when it is followed. */
function sameWord(
  earlier: readonly MemoryEvent[],
  event: MemoryEvent & { kind: 'read' | 'write' },
  rules: Rules,
): number {
  if (event.kind !== 'write' || event.order === 'plain' || event.address.reads.length > 0) return 0;
  if (!rules.has('same-word')) return 0;
  const word = event.address.of(unread);
  return setOf(
    earlier,
    (one) =>
      isAccess(one) &&
      one.order !== 'plain' &&
      one.address.reads.length === 0 &&
      one.address.of(unread) === word,
  );
}

function unread(): never {
  throw new Error('internal: an operand needs a read that it does not name');
}

import type { Subject } from '../../targets/subject/subject.ts';

/**
 * The kinds of access: what an edge of a transition tree does to the words. Their order matters: up to COMPARE_EXCHANGE
 * they are those of a plain word, and up to UNLOCK they name a word.
 */
export const Access = {
  /** Not an access: the op has returned. An op that makes no access at all takes one turn to return. */
  RETURN: 0,
  LOAD: 1,
  STORE: 2,
  EXCHANGE: 3,
  FETCH_ADD: 4,
  FETCH_SUB: 5,
  COMPARE_EXCHANGE: 6,
  LOCK: 7,
  UNLOCK: 8,
  /** Entering and leaving an RCU section. */
  RCU_LOCK: 9,
  RCU_UNLOCK: 10,
  /** Queues the callback; it waits for those who sit in a section now. */
  RCU_CALL: 11,
  /** The first access of the RCU callback: enabled once the grace period is over. */
  RCU_CALLBACK: 12,
  /** The idle note: made, taken back, and asked for (0 none, 1 made, 2 and a grace period has passed since). */
  IDLE_NOTE: 13,
  IDLE_CLEAR: 14,
  IDLE_CHECK: 15,
  /** Touches the object's memory without reading a word. */
  USE: 16,
  FREE: 17,
  /** Not an access: the op goes on as it did after the accesses counted in `a`. Never a node of a tree. */
  BACK: 18,
  /** Arms a work or a timer; see `Later`. `a` is the number of the function, `b` as `laterOperand` packs it. */
  LATER_ARM: 19,
  /** The first access of a function that runs later and is no RCU callback. */
  LATER_BEGIN: 20,
  LATER_CANCEL: 21,
  LATER_STATE: 22,
  FLUSH_BEGIN: 23,
  FLUSH_END: 24,
  /** Waits for the readers of the domain `a`. */
  SYNC_BEGIN: 25,
  SYNC_END: 26,
  SRCU_LOCK: 27,
  SRCU_UNLOCK: 28,
  /** Sleeping at the place `a`, and waking who sleeps there. */
  SLEEP_BEGIN: 29,
  SLEEP: 30,
  SLEEP_END: 31,
  WAKE: 32,
} as const;

/** The kinds of access as people read them, by number. */
export const ACCESS_NAMES: readonly string[] = [
  'return',
  'load',
  'store',
  'exchange',
  'fetch_add',
  'fetch_sub',
  'compare_exchange',
  'lock',
  'unlock',
  'rcu_read_lock',
  'rcu_read_unlock',
  'call_rcu',
  'rcu callback',
  'note idle',
  'clear idle note',
  'check idle note',
  'use',
  'free',
  'again',
  'arm',
  'run',
  'cancel',
  'is armed',
  'begin to flush',
  'flush',
  'note readers',
  'readers have left',
  'srcu_read_lock',
  'srcu_read_unlock',
  'come to sleep',
  'sleep',
  'stay awake',
  'wake',
];

/** Kinds behind those of a plain word that have a result all the same. */
const LATE_RESULTS: readonly number[] = [
  Access.IDLE_CHECK,
  Access.LATER_ARM,
  Access.LATER_CANCEL,
  Access.LATER_STATE,
  Access.FLUSH_BEGIN,
];

/**
 * By kind of access: whether its result carries no information, so that its node has a single child. The result of the
 * others chooses what the op does next.
 */
export const HAS_ONE_RESULT: readonly boolean[] = Object.values(Access).map(
  (kind) =>
    kind === Access.RETURN || kind === Access.STORE || (kind >= Access.LOCK && !LATE_RESULTS.includes(kind)),
);

/** By kind of access: whether it is one of time, see scheme-later.ts. */
export const IS_OF_TIME: readonly boolean[] = Object.values(Access).map(
  (kind) => kind >= Access.LATER_ARM && kind <= Access.WAKE,
);

/** The words of a subject, by number. A counter has the first alone. A scheme's own words come after these. */
export const WordIndex = {
  COUNT: 0,
  LIST: 1,
  LOCK: 2,
  MUTEX: 3,
  /** 1 when idleness has been noted. */
  NOTED: 4,
  /** Threads (a bit each) whose RCU sections the idle note still waits for. */
  NOTE_WAITS: 5,
  /** Callbacks queued by call_rcu and not yet run. */
  PENDING: 6,
  /** Threads whose RCU sections the queued callback still waits for. */
  CALL_WAITS: 7,
  /** The op that queued the callback, and where it first touched the counter. See scheme-facts.ts. */
  CALLER: 8,
  /** How often the object has been freed. */
  FREED: 9,
  /** References held, four bits a thread. */
  HELD: 10,
  /** RCU nesting, four bits a thread. */
  NESTING: 11,
  /** The first fact of the object's life, by whom and where; 0 while there is none. See scheme-facts.ts. */
  FACTS: 12,
  /** Warnings so far, a bit for each kind. */
  WARNED: 13,
  /** Where each thread's present op first touched the counter: its boundary plus one, four bits a thread. */
  TOUCHED: 14,
  TIMER: 15,
  /** Threads, a bit each, whose present op has stored the saturation value. */
  PINNED: 16,
  /** RCU nesting when each thread's present op began, four bits a thread. */
  NESTED: 17,
} as const;

/** How many words a counter has, and a scheme beside its own. */
export const COUNTER_WORDS = 1;
/** The first of a scheme's own words has this number. */
export const SCHEME_WORDS = 18;
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

/** The names of a subject's words, by number. */
export function wordNamesOf(subject: Subject): readonly string[] {
  const own = subject.kind === 'scheme' ? (subject.words ?? []) : [];
  return [...WORD_NAMES, ...own.map(({ name }) => name)];
}

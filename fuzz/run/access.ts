import { holdKindsOf } from '../../targets/subject/hold-kinds.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';

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
  /** Touches the object's memory without reading a word; of a scheme with a resource works with that, unless `a` is 1. */
  USE: 16,
  FREE: 17,
  /** Not an access: the op goes on as it did after the accesses counted in `a`. Never a node of a tree. */
  BACK: 18,
  /** A thread that holds nothing takes over what another has handed over, and begins its op. Enabled once there is such a hold. */
  TAKE_OVER: 19,
  /** Of a word that the thread has for itself: `word` is that of thread 0, and those of the others come behind it. */
  LOAD_OWN: 20,
  STORE_OWN: 21,
  /** Asks for the number of the thread. */
  THREAD: 22,
  /** The resource is started, and stopped. */
  START: 23,
  STOP: 24,
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
  'take over',
  'load',
  'store',
  'thread number',
  'start',
  'stop',
];

/** Kinds from LOCK on that have a result. */
const ANSWERS: ReadonlySet<number> = new Set([Access.IDLE_CHECK, Access.LOAD_OWN, Access.THREAD]);

/**
 * By kind of access: whether its result carries no information, so that its node has a single child. The result of the
 * others chooses what the op does next.
 */
export const HAS_ONE_RESULT: readonly boolean[] = Object.values(Access).map(
  (kind) => kind === Access.RETURN || kind === Access.STORE || (kind >= Access.LOCK && !ANSWERS.has(kind)),
);

/** A word of a thread's own has a cell for each thread, and one for RCU, which comes behind those of the program. */
export const THREAD_WORD_CELLS = MAX_THREADS + 1;

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

/** The names of a subject's words, by number: as a machine's state has them, see scheme-layout.ts. */
export function wordNamesOf(subject: Subject): readonly string[] {
  if (subject.kind === 'counter') return WORD_NAMES;
  const own = (subject.words ?? []).map(({ name }) => name);
  const held = holdKindsOf(subject).slice(1);
  const resource = subject.resource ? ['resource'] : [];
  const threads = (subject.threadWords ?? []).flatMap(({ name }) =>
    Array.from({ length: THREAD_WORD_CELLS }, () => name),
  );
  return [...WORD_NAMES, ...own, ...held.map(({ name }) => `held ${name}`), ...resource, ...threads];
}

import type { Scheme } from '../../targets/subject/subject.ts';
import { MAX_THREADS } from '../program/program.ts';

/**
 * The kinds of access: what an edge of a transition tree does to the words. What they have in common is said by the tables
 * below, and not by their order, but that RETURN is 0.
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
  /** Read-modify-writes of a plain word. */
  FETCH_AND: 19,
  FETCH_OR: 20,
  FETCH_XOR: 21,
  /** Locks: see scheme-locks.ts. A try has a result, 1 where it got the lock. */
  TRY_LOCK: 22,
  LOCK_SHARED: 23,
  TRY_LOCK_SHARED: 24,
  UNLOCK_SHARED: 25,
  /** The one who has a lock alone shares it from here on. */
  DOWNGRADE: 26,
  /** Asks whether anybody has it: 0 nobody, 1 one alone, 2 some who share it. */
  LOOK_AT_LOCK: 27,
  /** Enabled only while a plain word is as `a` says; then `b` is added to it. The result is the old value. See awaits.ts. */
  AWAIT_EQUAL: 28,
  AWAIT_OTHER: 29,
  AWAIT_AT_LEAST: 30,
  AWAIT_CLEAR: 31,
  AWAIT_SET: 32,
  /** A lock with a sequence: its writer counts it up twice, a reader waits until it is even, or reads it as it is. */
  SEQ_LOCK: 33,
  SEQ_UNLOCK: 34,
  SEQ_BEGIN: 35,
  SEQ_READ: 36,
  /** A thread that holds nothing takes over what another has handed over, and begins its op. Enabled once there is such a hold. */
  TAKE_OVER: 37,
  /** Of a word that the thread has for itself: `word` is that of thread 0, and those of the others come behind it. */
  LOAD_OWN: 38,
  STORE_OWN: 39,
  /** Asks for the number of the thread. */
  THREAD: 40,
  /** The resource is started, and stopped. */
  START: 41,
  STOP: 42,
  /** Arms a work or a timer; see `Later`. `a` is the number of the function, `b` as `laterOperand` packs it. */
  LATER_ARM: 43,
  /** The first access of a function that runs later and is no RCU callback. */
  LATER_BEGIN: 44,
  LATER_CANCEL: 45,
  LATER_STATE: 46,
  FLUSH_BEGIN: 47,
  FLUSH_END: 48,
  /** Waits for the readers of the domain `a`. */
  SYNC_BEGIN: 49,
  SYNC_END: 50,
  SRCU_LOCK: 51,
  SRCU_UNLOCK: 52,
  /** Sleeping at the place `a`, and waking who sleeps there. */
  SLEEP_BEGIN: 53,
  SLEEP: 54,
  SLEEP_END: 55,
  WAKE: 56,
  /** Not an access: a thread passes the full barrier before its next one, ahead of it. Never a node of a tree. */
  BARRIER: 57,
} as const;

/** Of an access of kind USE, in `b`: what it does to the payload as a whole. 0 is neither: memory is touched. */
export const PayloadUse = { READ: 1, WRITE: 2 } as const;

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
  'fetch_and',
  'fetch_or',
  'fetch_xor',
  'try to lock',
  'lock shared',
  'try to lock shared',
  'unlock shared',
  'downgrade',
  'look at lock',
  'wait until equal',
  'wait until other',
  'wait until at least',
  'wait until clear',
  'wait until set',
  'lock to write',
  'unlock written',
  'begin to read',
  'read sequence',
  'take over',
  'load',
  'store',
  'thread number',
  'start',
  'stop',
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
  'smp_mb',
];

/** Accesses that wait until a plain word is as they want it. */
export const AWAITS: readonly number[] = [
  Access.AWAIT_EQUAL,
  Access.AWAIT_OTHER,
  Access.AWAIT_AT_LEAST,
  Access.AWAIT_CLEAR,
  Access.AWAIT_SET,
];

/** Accesses that read or change the value of a word. */
const PLAIN: readonly number[] = [
  Access.LOAD,
  Access.STORE,
  Access.EXCHANGE,
  Access.FETCH_ADD,
  Access.FETCH_SUB,
  Access.COMPARE_EXCHANGE,
  Access.FETCH_AND,
  Access.FETCH_OR,
  Access.FETCH_XOR,
  ...AWAITS,
];

/** Accesses of a word that is a lock. What such a word holds is nobody's business but theirs: see scheme-locks.ts. */
const OF_LOCKS: readonly number[] = [
  Access.LOCK,
  Access.UNLOCK,
  Access.TRY_LOCK,
  Access.LOCK_SHARED,
  Access.TRY_LOCK_SHARED,
  Access.UNLOCK_SHARED,
  Access.DOWNGRADE,
  Access.LOOK_AT_LOCK,
  Access.SEQ_LOCK,
  Access.SEQ_UNLOCK,
  Access.SEQ_BEGIN,
  Access.SEQ_READ,
];

/** Accesses that only look at a word. */
const READING: readonly number[] = [Access.LOAD, Access.LOOK_AT_LOCK, Access.SEQ_BEGIN, Access.SEQ_READ];

/** Accesses whose result chooses what the op does next. */
const WITH_RESULTS: readonly number[] = [
  ...PLAIN.filter((kind) => kind !== Access.STORE),
  Access.IDLE_CHECK,
  Access.TRY_LOCK,
  Access.TRY_LOCK_SHARED,
  Access.LOOK_AT_LOCK,
  Access.SEQ_BEGIN,
  Access.SEQ_READ,
  Access.LOAD_OWN,
  Access.THREAD,
  Access.LATER_ARM,
  Access.LATER_CANCEL,
  Access.LATER_STATE,
  Access.FLUSH_BEGIN,
];

/**
 * A table by kind of access. Who is called for each access asks for the kinds that every subject has by their number first:
 * looking here costs more than a comparison.
 */
function among(kinds: readonly number[]): readonly boolean[] {
  return Object.values(Access).map((kind) => kinds.includes(kind));
}

/** By kind of access: whether it is one of the value of a word, with a memory order. */
export const IS_PLAIN = among(PLAIN);
/** By kind of access: whether it may change such a value. */
export const WRITES_PLAIN = among(PLAIN.filter((kind) => kind !== Access.LOAD));
/** By kind of access: whether it writes what it computes from what it has read. */
export const IS_SUM = among([
  Access.FETCH_ADD,
  Access.FETCH_SUB,
  Access.FETCH_AND,
  Access.FETCH_OR,
  Access.FETCH_XOR,
]);
/** By kind of access: whether it takes a lock, gives it up or asks about it. */
export const IS_OF_LOCK = among(OF_LOCKS);
/** By kind of access: whether it only looks at its word. */
export const ONLY_READS = among(READING);
/** By kind of access: whether it is one of a word, plain or a lock. */
export const NAMES_WORD = among([...PLAIN, ...OF_LOCKS]);
/**
 * By kind of access: whether its result carries no information, so that its node has a single child. The result of the
 * others chooses what the op does next.
 */
export const HAS_ONE_RESULT = among(WITH_RESULTS).map((has) => !has);

/** By kind of access: whether it is one of time, see scheme-later.ts. */
export const IS_OF_TIME: readonly boolean[] = Object.values(Access).map(
  (kind) => kind >= Access.LATER_ARM && kind <= Access.WAKE,
);

/** A word of a thread's own has a cell for each thread of a program, and for each that runs what comes later, behind them. */
export function threadWordCells({ time }: Scheme): number {
  return MAX_THREADS + (time?.later?.length ?? 1);
}

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

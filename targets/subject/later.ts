// What a scheme leaves to others for later: functions that run in asynchronous threads of their own, and waits for them.

/**
 * When a function that runs later may begin. `rcu`: when all that sat in a read-side section as it was queued have left.
 * `work`, `timer`: at any time once it is armed. `reuse`: once the object has been freed, as the next owner of its memory.
 */
export type LaterKind = 'rcu' | 'work' | 'timer' | 'reuse';

/** A function that runs later. It has one thread: it never runs twice at once. */
export interface LaterFunction {
  /** As facts and tables name it. */
  readonly name: string;
  readonly kind: LaterKind;
  /** It is no callback but a free by RCU itself (kfree_rcu): a barrier does not wait for it. */
  readonly isFree?: boolean;
}

/** What of time a scheme uses beside its one RCU callback. Each costs states some words, so it is said what is needed. */
export interface SchemeTime {
  /** By number, as the ops name them; at most MOST_LATER. One RCU callback where left out. */
  readonly later?: readonly LaterFunction[];
  /** Whether anybody waits for readers (synchronize_rcu, synchronize_srcu). */
  readonly waitsForReaders?: boolean;
  /** How many srcu_structs there are, beside RCU itself, which is domain 0. At most MOST_SRCU. */
  readonly srcu?: number;
  /** Whether anybody sleeps until he is woken (`Later.sleep`). */
  readonly sleeps?: boolean;
  /** Whether the object is of a cache that is SLAB_TYPESAFE_BY_RCU: readers may look at it after the free. */
  readonly isTypesafe?: boolean;
}

/** The most functions that run later: with the threads of a program they share the bits of a word. */
export const MOST_LATER = 4;
/** The most srcu_structs of a scheme. */
export const MOST_SRCU = 2;

/** What a cancellation does beside disarming; several are added up. */
export const Cancel = {
  /** It can only be made while the function does not run. */
  WHILE_IDLE: 1,
  /** From now on arming does nothing: timer_shutdown. */
  SHUT: 2,
  /** Arming does nothing until this is taken back: disable_work. Counted. */
  DISABLE: 4,
  ENABLE: 8,
} as const;

/**
 * Work items, timers, and waits. Each method is one access. `which` is the number of a function; `isInObject` says that what
 * it is armed by, a work_struct or a timer, lies in the object: then each of these touches it.
 */
export interface Later {
  /** Arms a work or a timer. @returns whether it was armed already */
  arm(which: number, isInObject: boolean): boolean;
  /** @param how of `Cancel`, added up @returns whether it was armed */
  cancel(which: number, how: number, isInObject: boolean): boolean;
  /** @returns 1 if armed, and 2 more if it runs */
  state(which: number, isInObject: boolean): number;
  /** Notes the run of the function that is under way or due: @returns whether there is one. -1: all RCU callbacks */
  flushBegin(which: number, isInObject: boolean): boolean;
  /** Waits for what was noted. */
  flushEnd(which: number): void;
  /** Notes who sits in a section. @param domain 0 for RCU */
  synchronizeBegin(domain: number): void;
  /** Waits until they have left. */
  synchronizeEnd(domain: number): void;
  srcuLock(domain: number): void;
  srcuUnlock(domain: number): void;
  /** Comes into the queue at a place, an address. Who is woken there before he sleeps does not sleep. */
  sleepBegin(place: number, isInObject: boolean): void;
  /** Waits until somebody has woken the place. */
  sleep(): void;
  /** Leaves the queue, without having slept. */
  sleepEnd(isInObject: boolean): void;
  /** Wakes all who are in the queue at a place. */
  wake(place: number, isInObject: boolean): void;
}

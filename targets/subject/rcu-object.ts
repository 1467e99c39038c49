import type { Word } from './word.ts';

/** A lock that blocks: `acquire` is enabled only while nobody has it. */
export interface Lock {
  acquire(): void;
  release(): void;
}

/**
 * One RCU-protected, reference-counted object with what surrounds it, as a scheme's ops see it. Every method
 * is one access. `count` lies in the object, so touching it after the free is a use after free; the lists and
 * the locks outlive the object.
 */
export interface RcuObject {
  readonly count: Word;
  /** Where the object is linked: 0 nowhere, 1 the live structure, 2 the trash. */
  readonly list: Word;
  /** Guards the structure the object is linked in (seqlock writer side, trash lock). */
  readonly lock: Lock;
  /** Serialises administrators (the service mutex). */
  readonly mutex: Lock;
  /** A timer's function never runs twice at once. */
  readonly timer: Lock;
  /** The scheme's own words, and each of them as a lock. */
  readonly words: readonly Word[];
  readonly locks: readonly Lock[];
  readonly rcu: {
    readLock(): void;
    readUnlock(): void;
    /**
     * Queues the scheme's callback: it runs when every present reader has left. `data` tells callbacks apart; below 0 it says
     * that the head lies outside of the object.
     */
    call(data?: number): void;
  };
  /** The idle note of the trash: when it was first seen unused. */
  readonly idle: {
    /** Notes idleness now; the waiting time begins, and with it a grace period. */
    note(): void;
    clear(): void;
    /** @returns 0 nothing noted, 1 noted and still waiting for readers, 2 noted and the grace period is over */
    check(): 0 | 1 | 2;
  };
  /** Words of the calling thread's own. To load or store one is an access, and the only kinds there are. */
  readonly threadWords: readonly Word[];
  /** The number of the calling thread; in the RCU callback, of the one that queued it. Only where the scheme `asksThread`. */
  thread(): number;
  /** Reads or writes the object's payload, or works with the resource. */
  use(): void;
  /** Touches the object's memory, and no resource: what an unlock does last. */
  touch(): void;
  /** Of a scheme with a resource: it runs from here on, or no more. */
  start(): void;
  stop(): void;
  free(): void;
}

import type { Later } from './later.ts';
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
     * that the head lies outside of the object. `which` of several callbacks it is, of which domain (`Later`), and the address
     * of its head: two functions with one head spoil the list.
     */
    call(data?: number, which?: number, head?: number, domain?: number): void;
  };
  /** Works, timers and waits. */
  readonly later: Later;
  /** The idle note of the trash: when it was first seen unused. */
  readonly idle: {
    /** Notes idleness now; the waiting time begins, and with it a grace period. */
    note(): void;
    clear(): void;
    /** @returns 0 nothing noted, 1 noted and still waiting for readers, 2 noted and the grace period is over */
    check(): 0 | 1 | 2;
  };
  /** Reads or writes the object's payload. */
  use(): void;
  free(): void;
}

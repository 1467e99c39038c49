import type { Later } from './later.ts';
import type { WideWord } from './wide-word.ts';
import type { SharedWord, Word } from './word.ts';

/**
 * A lock that blocks: `acquire` is enabled only while nobody has it. It may be shared as well: then it is an `rwlock_t` or an
 * `rw_semaphore`, whose readers are in together. Who gives up what he does not have, or ends an op with it, is out of balance:
 * a fact. A thread that waits to have it alone does not keep out those who share it.
 */
export interface Lock {
  acquire(): void;
  release(): void;
  /** Takes it, alone, if nobody has it. @returns whether it did */
  tryAcquire(): boolean;
  /** Takes it with others who do the same: enabled while nobody has it alone. */
  acquireShared(): void;
  /** @returns whether it did */
  tryAcquireShared(): boolean;
  releaseShared(): void;
  /** Whoever has it alone shares it from here on. */
  downgrade(): void;
  /** @returns 0 where nobody has it, 1 where one has it alone, 2 where some share it */
  look(): 0 | 1 | 2;
  /** As `acquire` and `release`; a sequence counts both, where the scheme says that its locks have sequences. */
  beginWrite(): void;
  endWrite(): void;
  /** Waits until no writer is at work. @returns the sequence, an even number */
  readBegin(): number;
  /** @returns the sequence as it is now: odd while a writer is at work */
  readNow(): number;
}

/**
 * One RCU-protected, reference-counted object with what surrounds it, as a scheme's ops see it. Every method
 * is one access. `count` lies in the object, so touching it after the free is a use after free; the lists and
 * the locks outlive the object.
 */
export interface RcuObject {
  readonly count: SharedWord;
  /** Where the object is linked: 0 nowhere, 1 the live structure, 2 the trash. */
  readonly list: SharedWord;
  /** Guards the structure the object is linked in (seqlock writer side, trash lock). */
  readonly lock: Lock;
  /** Serialises administrators (the service mutex). */
  readonly mutex: Lock;
  /** A timer's function never runs twice at once. */
  readonly timer: Lock;
  /** The scheme's own words, and each of them as a lock. */
  readonly words: readonly SharedWord[];
  readonly locks: readonly Lock[];
  /** By place, the count first: words of 64 bits; undefined for others. */
  readonly wide: readonly (WideWord | undefined)[];
  /** By the order of `Scheme.pairs`. */
  readonly pairs: readonly WideWord[];
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
  /** Words of the calling thread's own. To load or store one is an access, and the only kinds there are. */
  readonly threadWords: readonly Word[];
  /** The number of the calling thread; in the RCU callback, of the one that queued it. Only where the scheme `asksThread`. */
  thread(): number;
  /** Reads the object's payload, or works with the resource. */
  use(): void;
  /** Writes the object's payload. Only where the scheme `writesPayload`. */
  write(): void;
  /** Touches the object's memory, and no resource: what an unlock does last. */
  touch(): void;
  /** Of a scheme with a resource: it runs from here on, or no more. */
  start(): void;
  stop(): void;
  free(): void;
}

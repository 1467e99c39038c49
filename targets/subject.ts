import type { RcuObject } from './schemes/rcu-object.ts';
import type { Word } from './word.ts';

/** What an op returns: nothing, a truth value or a 32-bit integer. */
export type Result = undefined | boolean | number;

/** One call on a counter. `run` is synchronous, deterministic, and touches nothing but the word. */
export interface CounterOp {
  /** How many 32-bit arguments it takes: 0, 1 or 2. */
  readonly arity: 0 | 1 | 2;
  // biome-ignore lint/suspicious/noConfusingVoidType: an op written without a return is a void op
  run(count: Word, a: number, b: number): Result | void;
}

/** A subject with one word. */
export interface Counter {
  readonly kind: 'counter';
  readonly name: string;
  readonly ops: Readonly<Record<string, CounterOp>>;
  /** How the counter reads its word. */
  readonly reading: 'signed' | 'unsigned';
  /** The value it pins a misused counter to, if it has one. */
  readonly saturated?: number;
  /**
   * Whether a word with this value counts as saturated: conservation is not asked for there. Counters that
   * never saturate leave it out.
   */
  inSaturation?(value: number): boolean;
  /**
   * The subject whose non-atomic outcomes are documented and accepted (`transient`): itself for a counter
   * that checks after the fact by design. Without it every op must look indivisible.
   */
  readonly documented?: string;
  readonly about: string;
  /** Where the algorithm is from: a file and its versions. */
  readonly source?: string;
}

/** How an op of a scheme ended, so that schemes with different words can be compared. */
export type Outcome = 'granted' | 'refused' | 'void';

/** One call on a scheme, made by one of the kernel's actors. */
export interface SchemeOp {
  /**
   * `get`: a `granted` result makes the calling thread a holder of a reference. `enter`: of the RCU section
   * only. `put`: skipped (void) by a thread that holds nothing, and ends a hold at its first access. `use`:
   * skipped likewise. `other`: none of these.
   */
  readonly role: 'get' | 'enter' | 'put' | 'use' | 'other';
  run(object: RcuObject): Outcome;
}

/** A named state of the object from which programs start. */
export interface SchemeState {
  readonly count: number;
  /** Where the object is linked: 0 nowhere, 1 the live structure (tree, service list), 2 the trash. */
  readonly list: 0 | 1 | 2;
  /** Idleness has been noted, and a grace period has passed since. */
  readonly noted?: boolean;
  /** Threads that hold a reference (or, where `readers`, sit in an RCU section). */
  readonly holders: readonly number[];
  /** Holders hold the RCU read lock instead of a reference. */
  readonly readers?: boolean;
}

/** An object-lifetime protocol: counter, lists, locks, RCU, and the actors that use them. */
export interface Scheme {
  readonly kind: 'scheme';
  readonly name: string;
  readonly ops: Readonly<Record<string, SchemeOp>>;
  readonly states: Readonly<Record<string, SchemeState>>;
  /** What the RCU callback does once the grace period after `call_rcu` is over. */
  callback(object: RcuObject): void;
  /** Added to every count of the reference scheme: boundaries are read in the reference's values. */
  readonly bias: number;
  readonly saturated?: number;
  readonly about: string;
  readonly source?: string;
}

export type Subject = Counter | Scheme;

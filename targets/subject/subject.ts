import type { RcuObject } from './rcu-object.ts';
import type { Word } from './word.ts';

/**
 * Ways in which an op of a C subject fails to return. It is stopped there, and that is how it behaved. `out-of-bounds` is
 * an address where no memory is at all; a `memory-error` touches, or frees, memory that is there and not the op's to
 * touch: through NULL, past an array, past the static data, outside of the stack in use. New ones go to the end: notes
 * of races hold their numbers.
 */
export const FAULTS = [
  'non-terminating',
  'trap',
  'out-of-bounds',
  'stack-overflow',
  'out-of-memory',
  'memory-error',
] as const;
/** One of FAULTS. */
export type Fault = (typeof FAULTS)[number];

/** What an op returns: nothing, a truth value or a 32-bit integer; or how it failed to. */
export type Result = undefined | boolean | number | Fault;

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
  /**
   * For ops whose inside can be looked into: the state of the op that an access has just stopped, as text. Two stops of
   * one op may have the same text only if it goes on alike from both, given the same result of the access. Undefined where
   * nothing is known.
   */
  continuation?(): string | undefined;
  /** Of code that is not refuzz's own: tells two versions of it apart. */
  readonly digest?: string;
  /** Numbers written in its code, if that is not the text of the ops: the search looks around them. */
  readonly constants?: readonly number[];
  /** The same ops at full speed on real memory, where the subject has them in that form too. */
  readonly direct?: DirectCounter;
  /** Of a C subject: what makes the same subject in another thread. Drop it from a copy whose ops are others. */
  readonly compiled?: CompiledSubject;
  readonly about: string;
  /** Where the algorithm is from: a file and its versions. */
  readonly source?: string;
}

/**
 * A counter's ops as machine code with real atomic instructions: no access can be seen or stopped, and some ten million
 * ops run in a second. Results are codes: 0 or 1 for a truth value, 0 for nothing. So are warnings: 0 for none.
 */
export interface DirectCounter {
  /** Most values of one batch. */
  readonly capacity: number;
  /** Words for the next batch; the batch leaves in them what the op made of each. */
  readonly values: Int32Array;
  /** What each op of the last batch returned, and warned. */
  readonly results: Int32Array;
  readonly warnings: Int32Array;
  /**
   * Runs an op once on each of the first `count` values.
   *
   * @returns false when it was stopped: one of the ops traps, or does not return
   */
  batch(op: string, a: number, b: number, count: number): boolean;
  /**
   * Runs an op on `count` words that hold `first`, `first + 1`, and so on.
   *
   * @returns how many of them, from the first on, end as expected; undefined when it was stopped
   */
  sweep(
    op: string,
    a: number,
    b: number,
    first: number,
    count: number,
    expected: Expected,
  ): number | undefined;
  /** The texts that a code of `warnings` stands for. */
  warningTexts(code: number): readonly string[];
}

/** What the first op of a sweep is to leave, return and warn, and by how much the former two grow from one to the next. */
export interface Expected {
  readonly value: number;
  readonly valueStep: 0 | 1;
  readonly result: number;
  readonly resultStep: 0 | 1;
  readonly warning: number;
}

/** A C subject as plain data: its compiled code, and how it is called. */
export interface CompiledSubject {
  /** As target files name it. */
  readonly name: string;
  /** The source, for messages. */
  readonly path: string;
  /** The source as cases name it, where another process has read it: that runs in a folder of its own. */
  readonly fromThere?: string;
  readonly about?: string;
  /** Where the code is from, if not just `path`. */
  readonly source?: string;
  /** Whose non-atomic outcomes are accepted, if not its own; see `Counter.documented`. */
  readonly documented?: string;
  /** The WebAssembly whose accesses the engine makes, one at a time. */
  readonly recorded: Uint8Array;
  /** The WebAssembly with real atomic instructions; counters only. */
  readonly direct?: Uint8Array;
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
  run(object: RcuObject): Outcome | Fault;
}

/** A word of a scheme's own, beside the count and what every scheme has: a lock, a flag. */
export interface SchemeWord {
  readonly name: string;
  /** Whether it lies in the object's memory, so that it goes when the object is freed. */
  readonly isInObject: boolean;
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
  /** What the scheme's own words hold; 0 where left out. */
  readonly words?: readonly number[];
}

/** An object-lifetime protocol: counter, lists, locks, RCU, and the actors that use them. */
export interface Scheme {
  readonly kind: 'scheme';
  readonly name: string;
  readonly ops: Readonly<Record<string, SchemeOp>>;
  readonly states: Readonly<Record<string, SchemeState>>;
  /** At most MOST_SCHEME_WORDS. */
  readonly words?: readonly SchemeWord[];
  /** What the RCU callback does once the grace period after `call_rcu` is over. @returns how it failed, if it did */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback of ours returns nothing
  callback(object: RcuObject): Fault | void;
  /** As for counters. */
  continuation?(): string | undefined;
  readonly digest?: string;
  /** As for counters. */
  readonly compiled?: CompiledSubject;
  /** Added to every count of the reference scheme: boundaries are read in the reference's values. */
  readonly bias: number;
  readonly saturated?: number;
  readonly about: string;
  readonly source?: string;
}

/** More would make every state of every program larger. */
export const MOST_SCHEME_WORDS = 8;

/** What a target has on each side. `kind` tells the two apart. */
export type Subject = Counter | Scheme;

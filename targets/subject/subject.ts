import type { CompiledSubject } from './compiled-subject.ts';
import type { SchemeTime } from './later.ts';
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
  /**
   * What it ought to do to a count that never wraps, for an op with a name of its own: `+n unless 0`, see `readEffect`. Those
   * with a name of the kernel's leave it out.
   */
  readonly ideal?: string;
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
  /** What of a kernel's behaviour its code stands without, as its answers are to say. */
  readonly leavesOut?: readonly string[];
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
  /** How many 32-bit arguments it takes; none if left out. */
  readonly arity?: 0 | 1 | 2;
  /** The values that its arguments take, the simplest first. Left out: those of the target. */
  readonly values?: readonly number[];
  /** The kind of hold that it takes, gives back or needs, a name of `Scheme.holds`; the one without a name if left out. */
  readonly hold?: string;
  /**
   * The kind of hold without which a thread does not run it, '' for the one without a name. A put, a use and whatever hands
   * its caller's own hold over need what they are about, and leave this out.
   */
  readonly needs?: string;
  /**
   * Whether a hold changes hands. A `get` that is granted takes one for others; any other op gives the caller's own away as
   * it returns. It belongs then to whoever next needs one of the kind, and has none.
   */
  readonly handsOver?: boolean;
  run(object: RcuObject, a: number, b: number): Outcome | Fault;
}

/** How many arguments an op takes. */
export function arityOf({ arity }: Pick<CounterOp, 'arity'> | Pick<SchemeOp, 'arity'>): 0 | 1 | 2 {
  return arity ?? 0;
}

/** The values that an op itself names for its arguments; undefined where the target does. */
export function valuesOfOp(op: CounterOp | SchemeOp): readonly number[] | undefined {
  return 'values' in op ? op.values : undefined;
}

/** A word of a scheme's own, beside the count and what every scheme has: a lock, a flag. */
export interface SchemeWord {
  readonly name: string;
  /** Whether it lies in the object's memory, so that it goes when the object is freed. */
  readonly isInObject: boolean;
  /** What a value is called that is more than a number: a pointer, by what it points to. Undefined for one that is not. */
  nameOf?(value: number): string | undefined;
  /** Its plain loads and stores are accesses of the object's payload, which may race. */
  readonly isPayload?: true;
  /** Of 64 bits: `RcuObject.wide` has it. Such a word is no lock. */
  readonly isWide?: true;
}

/** A kind of hold: users of an address space, say, beside its references. */
export interface HoldKind {
  /** What one hold adds to the count; 1 if left out. A function: the hold is of the first argument, and weighs so much. */
  readonly weight?: number | ((argument: number) => number);
}

/** A hold at the start. */
export interface StartHold {
  readonly thread: number;
  readonly kind: string;
  /** Of a kind that goes by an argument. */
  readonly argument?: number;
}

/** A word that every thread has for itself: no other sees it, and it lasts from one op to the next. */
export interface ThreadWord {
  readonly name: string;
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
  /** The upper halves of words of 64 bits, by place: that of the count, then those of the own words; 0 where left out. */
  readonly upper?: readonly number[];
  /** What the words of each thread's own hold, alike for all threads; 0 where left out. */
  readonly threadWords?: readonly number[];
  /** Holds of the kinds that have names. */
  readonly holds?: readonly StartHold[];
  /** Whether the resource has been started: see `Scheme.resource`. */
  readonly isStarted?: boolean;
}

/** An object-lifetime protocol: counter, lists, locks, RCU, and the actors that use them. */
export interface Scheme {
  readonly kind: 'scheme';
  readonly name: string;
  readonly ops: Readonly<Record<string, SchemeOp>>;
  readonly states: Readonly<Record<string, SchemeState>>;
  /** At most MOST_SCHEME_WORDS. */
  readonly words?: readonly SchemeWord[];
  /** The count has 64 bits. */
  readonly isCountWide?: true;
  /**
   * Words of 32 bits that lie side by side, by place (0 is the count): accesses of 64 bits change both. See
   * `RcuObject.pairs`.
   */
  readonly pairs?: readonly (readonly [low: number, high: number])[];
  /** Own words that are locks have sequences, for readers who retry: see `Lock.readBegin`. */
  readonly hasSequences?: true;
  /** Kinds of hold beside the one without a name, which weighs 1. */
  readonly holds?: Readonly<Record<string, HoldKind>>;
  /** Words of a thread's own. At most MOST_THREAD_WORDS. */
  readonly threadWords?: readonly ThreadWord[];
  /** Whether an op asks for the number of its thread. Then no two threads are alike. */
  readonly asksThread?: boolean;
  /** The ops start and stop a resource: instead of freeing the object, or beside that. */
  readonly resource?: 'stopped' | 'stopped-and-freed';
  /**
   * What the count holds beside the weights of all holds, asked where nobody is in the middle of an op: a reference of the
   * structure, say. It may load words, and nothing else. Where it is given, the count must be the sum of both. Of a count of
   * 64 bits it may be a bigint.
   */
  conserves?(object: RcuObject): number | bigint;
  /** What it does later than its ops: nothing but one RCU callback where left out. */
  readonly time?: SchemeTime;
  /**
   * What the RCU callback does once the grace period after `call_rcu` is over.
   *
   * @param which of the functions that run later, by the numbers of `time.later` @returns how it failed, if it did
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a callback of ours returns nothing
  callback(object: RcuObject, which: number): Fault | void;
  /**
   * Which account is kept of memory orders: of `uses` and frees of the object, see fuzz/run/use-order.ts, or also of what `reads` may
   * take, see fuzz/run/read-order.ts. None where left out.
   */
  readonly orders?: 'uses' | 'reads';
  /** Whether some op writes the payload as a whole: `RcuObject.write`. Then reads of it are noted too. */
  readonly writesPayload?: true;
  /** As for counters. */
  continuation?(): string | undefined;
  readonly digest?: string;
  /** As for counters. */
  readonly leavesOut?: readonly string[];
  /** As for counters. */
  readonly compiled?: CompiledSubject;
  /** Added to every count of the reference scheme: boundaries are read in the reference's values. */
  readonly bias: number;
  readonly saturated?: number;
  readonly about: string;
  readonly source?: string;
}

/** Every state has so many words for each thread. */
export const MOST_THREAD_WORDS = 4;

/** Each makes every state of every program larger, so more than a protocol has are a mistake. */
export const MOST_SCHEME_WORDS = 32;

/** What a target has on each side. `kind` tells the two apart. */
export type Subject = Counter | Scheme;

/**
 * What a thread does to memory, one path of it, as data. A path is a thread with every branch decided: it lists its
 * accesses in program order, and says what must hold of the values that it reads for it to be the path that was taken.
 *
 * Values are whole numbers. A pointer is `addressOf(word)`, so that it can be stored, read, compared and followed.
 */
export interface MemoryProgram {
  /** The names of the words. */
  readonly words: readonly string[];
  /** What each holds at first. */
  readonly initial: readonly number[];
  readonly threads: readonly ThreadPath[];
}

/** A thread with its branches decided. */
export interface ThreadPath {
  readonly events: readonly MemoryEvent[];
  /** What decided the branches. A path whose check fails was never taken. */
  readonly checks: readonly Check[];
}

/** Something that is computed from values which the same thread has read. */
export interface Operand {
  /**
   * The reads it depends on, by their place in the path. Dependencies are those of the source, as in LKMM: `r ^ r` is
   * always 0, and depends on `r` all the same.
   */
  readonly reads: readonly number[];
  of(value: (read: number) => number): number;
}

/** A branch that was taken. */
export interface Check {
  readonly reads: readonly number[];
  holds(value: (read: number) => number): boolean;
}

/** Where an event stands in its source, and how it reads there. */
export interface Written {
  readonly line: number;
  readonly text: string;
}

/** `once` is a marked access without ordering of its own; `plain` is one that the compiler may do as it likes. */
export interface ReadEvent {
  readonly kind: 'read';
  readonly order: 'plain' | 'once' | 'acquire';
  readonly address: Operand;
  /** The read of a `spin_lock`: it takes part in the rule of unlock and lock. */
  readonly takesLock: boolean;
  /** Of an atomic op that returns nothing: `smp_rmb` does not order it. */
  readonly isNoReturn: boolean;
  /** Of an atomic op, also of one that fails: fences like `smp_mb__after_atomic` lean on it. */
  readonly isAtomic: boolean;
  readonly at: Written;
}

/** A write, alone or the second half of a read-modify-write. */
export interface WriteEvent {
  readonly kind: 'write';
  readonly order: 'plain' | 'once' | 'release';
  readonly address: Operand;
  readonly value: Operand;
  /** The reads that decided whether it is reached, within the body of their `if`. */
  readonly control: readonly number[];
  /** Of a read-modify-write: the place of its read. Nobody else's write comes between what was read and this. */
  readonly of: number | undefined;
  readonly lock: 'takes' | 'gives back' | undefined;
  readonly at: Written;
}

/** The fences. All but the weak two (`rmb`, `wmb`) make everybody see what was seen before them. */
export type Fence =
  | 'mb'
  | 'rmb'
  | 'wmb'
  | 'before-atomic'
  | 'after-atomic'
  | 'after-spinlock'
  | 'after-unlock-lock'
  | 'after-srcu-read-unlock';

/** A fence. */
export interface FenceEvent {
  readonly kind: 'fence';
  readonly fence: Fence;
  readonly at: Written;
}

/** `synchronize_rcu`, or `synchronize_srcu` of the word `domain`. */
export interface GraceEvent {
  readonly kind: 'grace';
  readonly domain: Domain;
  readonly at: Written;
}

/** The beginning or the end of a reader's critical section. */
export interface SectionEvent {
  readonly kind: 'enter' | 'leave';
  readonly domain: Domain;
  /** Of the end: the place of its beginning. */
  readonly of: number | undefined;
  readonly at: Written;
}

/** RCU, or the word that is the `srcu_struct`. */
export type Domain = 'rcu' | number;

/** One thing that a thread does. */
export type MemoryEvent = ReadEvent | WriteEvent | FenceEvent | GraceEvent | SectionEvent;

/** Whether something reads or writes a word. */
export function isAccess(event: MemoryEvent): event is ReadEvent | WriteEvent {
  return event.kind === 'read' || event.kind === 'write';
}

/** A value that needs no read. */
export function constant(value: number): Operand {
  return { reads: [], of: () => value };
}

/** Above every 32-bit value and every 64-bit one that a test spells out. */
const POINTERS = 2 ** 50;

/** The pointer to a word. */
export function addressOf(word: number): number {
  return POINTERS + word;
}

/** The word that a pointer points to; undefined for any other value. */
export function wordAt(value: number, words: number): number | undefined {
  const word = value - POINTERS;
  return word >= 0 && word < words ? word : undefined;
}

import type { Boundary } from './boundary.ts';
import type { Result } from './language.ts';

/** RCU is scheduled like a thread. Programs have at most four, and states may have holders that programs lack. */
export const RCU = 4;

/** What can befall an object or an op. */
export type What =
  | 'use-after-free'
  | 'double-free'
  | 'freed-while-held'
  | 'resurrection'
  | 'leak'
  | 'stuck'
  | 'unbalanced';

/** An op of the program: its thread, and its place there. */
export interface Who {
  readonly thread: number;
  readonly index: number;
}

/** Where an op is on the number line. */
export interface Place {
  /** Where it first touched the count, if it did. */
  readonly touch: Boundary | null;
  /** That, or where the count stands. */
  readonly boundary: Boundary;
}

/** Who answers for something, and where he was when it happened. */
export interface Fact extends Who, Place {
  readonly what: What;
  /** Of `freed-while-held`: the lowest thread that holds. */
  readonly holder: number | null;
}

/** An op of the program that has begun, or been passed over. */
export interface Instance {
  /** Where it first touched the count. */
  touch: Boundary | null;
  /** Null until it has returned. */
  result: Result | null;
  /** A put or a use by a thread that holds nothing is void, and makes no access. */
  readonly isSkipped: boolean;
}

/** The return of an op, or of a callback: then it is seen what it has printed. */
export interface Return extends Who, Place {
  /** Null for a callback, which stands for the op that queued it. */
  readonly result: Result | null;
  readonly warnings: readonly string[];
  /** Where the object was linked. */
  readonly list: number;
  /** Whether an op of somebody else, still under way, has pinned the count. */
  readonly isPinnedByOther: boolean;
}

/** A callback that waits for its grace period, or runs. */
export interface Queued extends Who {
  /** Of the op that queued it, as it was then. */
  readonly place: Place;
  /** Of one that runs: whether it began after the object had been freed. */
  isAfterFree?: boolean;
  /** Threads whose RCU sections it still has to wait for. */
  waits: number[];
}

/** Where a thread, or RCU, stands: always at an access, unless it is done. */
export interface Position {
  index: number;
  at: number;
  /** Whether the present op has made an access. */
  hasBegun: boolean;
  /** The last result. */
  r: number;
  /** How deep it sat in RCU sections when the present op began. */
  nesting: number;
  /** What the op has printed, and whether it has stored a saturation value in the count. */
  warnings: string[];
  hasPinned: boolean;
}

/** Everything there is, as plain data: two states that are the same text are the same state. */
export interface State {
  count: number;
  list: number;
  flags: number[];
  /** By lock, as in `locks` of the interpreter: the thread that has it. */
  owners: (number | null)[];
  freed: boolean;
  queue: Queued[];
  running: Queued | null;
  held: number[];
  nesting: number[];
  threads: Position[];
  instances: Instance[][];
  /** Who made the last access; if that was a callback, with its place. */
  last: (Who & { readonly place: Place | null }) | null;
  /** In the order in which they happened. */
  returns: Return[];
  fact: Fact | null;
}

/** A state that can be changed without changing this one. */
export function copyOf(state: State): State {
  const { flags, owners, queue, running, held, nesting, threads, instances, returns } = state;
  return {
    ...state,
    flags: [...flags],
    owners: [...owners],
    queue: queue.map((queued) => ({ ...queued })),
    running: running && { ...running },
    held: [...held],
    nesting: [...nesting],
    threads: threads.map((position) => ({ ...position, warnings: [...position.warnings] })),
    instances: instances.map((ops) => ops.map((one) => ({ ...one }))),
    returns: [...returns],
  };
}

/** The op of something that has more to it. */
export function whoOf({ thread, index }: Who): Who {
  return { thread, index };
}

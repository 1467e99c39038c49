import { FACT_NAMES, type FactName } from '../../oracles/lifetime.ts';
import { PackedField } from '../../oracles/packed-fields.ts';

// The first fact of a run, in one integer: the FACTS word of a scheme. 0 is none.

const WHAT = new PackedField({ from: 0, bits: 5 });
const THREAD = new PackedField({ from: 5, bits: 3 });
const OP = new PackedField({ from: 8, bits: 4 });
const BOUNDARY = new PackedField({ from: 12, bits: 3 });
/** 1 when the op had touched the counter: then the boundary is where, else where the count stood. */
const TOUCHED = new PackedField({ from: 15, bits: 1 });
/** For `freed-while-held` and its like: the lowest thread that held a reference, plus one. */
const HOLDER = new PackedField({ from: 16, bits: 3 });
/** For `leak`: 1 when the count was pinned at the saturation value. */
const PINNED = new PackedField({ from: 19, bits: 1 });
/** What that thread held, as a number of `holdKindsOf`. */
const KIND = new PackedField({ from: 20, bits: 4 });

// What the CALLER word has in place of a fact: where the head lies that was queued.
const HEAD_IN_OBJECT = 1;
const HEAD_ELSEWHERE = 2;
const HEAD_FREED = 3;
/** An op instance, and where the head lies: the lower fields of a packed fact. */
const RUNNING = new PackedField({ from: 0, bits: 16 });
const WAITING = new PackedField({ from: 16, bits: 16 });

/** An op of a program: which op of which thread, both from 0. A callback stands for the op that queued it. */
export interface OpInstance {
  readonly thread: number;
  readonly op: number;
  /** Where it first touched the counter, as an index of BOUNDARIES; where the count stands, if it has not. */
  readonly boundary: number;
  readonly hasTouched: boolean;
}

/** A fact, by whom, and against whom. */
export interface SchemeFact extends OpInstance {
  readonly what: FactName;
  /** For `freed-while-held` and its like: the lowest thread that held a reference, or IN_TRANSIT; else -1. */
  readonly holder: number;
  /** What it held, as a number of `holdKindsOf`. */
  readonly hold: number;
  /** For `leak`: whether the count was pinned at its saturation value, so that nobody can free the object any more. */
  readonly isPinned: boolean;
}

/** In the place of a holder: the hold has been handed over, and nobody has it yet. */
export const IN_TRANSIT = 6;

/** @param what a number of `Fact`. @param holder a thread, or -1. @returns what the FACTS word holds */
export function packedFact(what: number, who: OpInstance, holder = -1, isPinned = false): number {
  let packed = OP.with(THREAD.with(WHAT.with(0, what), who.thread), who.op);
  packed = TOUCHED.with(BOUNDARY.with(packed, who.boundary), who.hasTouched ? 1 : 0);
  return PINNED.with(HOLDER.with(packed, holder + 1), isPinned ? 1 : 0);
}

/** A fact that befell a holder, with what that one held. */
export function ofHold(packed: number, kind: number): number {
  return KIND.with(packed, kind);
}

/**
 * The same fact, whether or not the op had touched the counter (the boundary is where it stands either way), and whether or
 * not that was pinned.
 */
export function bareFact(packed: number): number {
  return PINNED.with(TOUCHED.with(packed, 0), 0);
}

/** Reads the FACTS word. @returns undefined for none */
export function factOf(packed: number): SchemeFact | undefined {
  if (packed === 0) return undefined;
  return {
    what: FACT_NAMES[WHAT.of(packed)] as FactName,
    thread: THREAD.of(packed),
    op: OP.of(packed),
    boundary: BOUNDARY.of(packed),
    hasTouched: TOUCHED.of(packed) === 1,
    holder: HOLDER.of(packed) - 1,
    isPinned: PINNED.of(packed) === 1,
    hold: KIND.of(packed),
  };
}

/** The number of `Fact` of a packed one. */
export function whatOf(packed: number): number {
  return WHAT.of(packed);
}

/** The fact once threads have other numbers. @param renamed by thread of a program; RCU keeps its own */
export function withThreads(packed: number, renamed: (thread: number) => number): number {
  if (packed === 0) return 0;
  const holder = HOLDER.of(packed);
  const moved = THREAD.with(packed, renamed(THREAD.of(packed)));
  return holder === 0 ? moved : HOLDER.with(moved, renamed(holder - 1) + 1);
}

/**
 * For callbacks: the CALLER word, with the op that has queued the one under way, or the last one, and the op that has queued
 * the one that waits. With each goes where its head lies, in place of a fact; 0 is nobody.
 */
export function withWaiting(callers: number, who: OpInstance, isHeadInObject: boolean): number {
  return WAITING.with(callers, packedFact(isHeadInObject ? HEAD_IN_OBJECT : HEAD_ELSEWHERE, who));
}

/** A callback has queued the next, which waits in the name of the same op. */
export function withNextWaiting(callers: number): number {
  return WAITING.with(callers, RUNNING.of(callers));
}

/**
 * The callback that has waited begins.
 *
 * @param isLast whether none waits behind it
 * @param isFreed whether the object has been freed, so that RCU reads its head there
 */
export function withWaitingBegun(callers: number, isLast: boolean, isFreed: boolean): number {
  const waiting = WAITING.of(callers);
  const isInFreed = isFreed && WHAT.of(waiting) === HEAD_IN_OBJECT;
  const running = isInFreed ? WHAT.with(waiting, HEAD_FREED) : waiting;
  return WAITING.with(running, isLast ? 0 : waiting);
}

/** Whether the callback under way has begun after the object was freed, and its head with it. */
export function isHeadFreed(callers: number): boolean {
  return WHAT.of(RUNNING.of(callers)) === HEAD_FREED;
}

/** The op that has queued the callback under way, or the last one. @returns undefined for nobody */
export function callerOf(callers: number): OpInstance | undefined {
  return factOf(RUNNING.of(callers));
}

/** Exchanges two threads in the CALLER word. */
export function swappedCallers(callers: number, one: number, other: number): number {
  return WAITING.with(swapped(RUNNING.of(callers), one, other), swapped(WAITING.of(callers), one, other));
}

/** Exchanges two threads in a packed fact. */
export function swapped(packed: number, one: number, other: number): number {
  return withThreads(packed, (thread) => (thread === one ? other : thread === other ? one : thread));
}

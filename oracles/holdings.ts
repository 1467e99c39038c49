import { type IdealEffect, isMade, takenBy } from '../targets/subject/ideal-effect.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { INT_MAX } from '../targets/subject/values.ts';
import { declaredEffect } from './declared-effects.ts';
import { ledgerOf } from './ledger.ts';
import { THREADS } from './watch.ts';

/**
 * Which programs of a counter are judged as what. `holders`: as a reference counter is meant, threads put what they got,
 * and whatever else they do is misuse. `free`: every program is as good as any other.
 */
export const DISCIPLINES = ['holders', 'free'] as const;
/** One of DISCIPLINES. */
export type Discipline = (typeof DISCIPLINES)[number];

/** How a counter can have been used when a divergence was met. */
export const USES = ['sound', 'misuse'] as const;
/** One of USES. */
export type Use = (typeof USES)[number];

/** A call and its arguments, 0 where it takes fewer. */
export interface Called {
  readonly op: string;
  readonly a: number;
  readonly b: number;
}

/** Whose references are counted. */
export type Held = Pick<Counter, 'inSaturation'> & {
  /** The saturation values of both sides. */
  readonly saturation: readonly number[];
  /** Whether who puts without being told anything (`dec`, `sub`) must keep another reference: it could not free. */
  readonly keepsOne?: boolean;
};

const GETS: ReadonlySet<string> = new Set([
  'inc',
  'inc_return',
  'fetch_inc',
  'inc_and_test',
  'add',
  'add_return',
  'fetch_add',
  'add_negative',
]);
const CONDITIONAL_GETS: ReadonlySet<string> = new Set([
  'inc_not_zero',
  'inc_not_zero_acquire',
  'add_not_zero',
  'add_not_zero_acquire',
  'add_unless',
]);
const PUTS: ReadonlySet<string> = new Set([
  'dec',
  'dec_return',
  'fetch_dec',
  'dec_and_test',
  'dec_not_one',
  'dec_if_one',
  'sub',
  'sub_return',
  'fetch_sub',
  'sub_and_test',
]);

/** Puts that tell nobody whether they were the last. */
const SILENT_PUTS: ReadonlySet<string> = new Set(['dec', 'sub']);

/** The most references that a call gets or puts; both 0 for one that only looks. */
export interface Amounts {
  readonly gets: number;
  readonly puts: number;
  /** What its thread must hold before. Whoever gets without asking must know that the object is there. */
  readonly needs: number;
}

/**
 * @param keepsOne see `Held`
 * @returns undefined for a call that is no use of a reference counter: it overwrites the count, or its amount is negative
 */
export function amountsOf({ op, a, b }: Called, keepsOne = false): Amounts | undefined {
  if (op === 'read') return { gets: 0, puts: 0, needs: 0 };
  const amount = op.startsWith('add') || op.includes('sub') || op === 'fetch_add' ? a : 1;
  if (amount < 0) return undefined;
  if (GETS.has(op)) return { gets: amount, puts: 0, needs: 1 };
  if (CONDITIONAL_GETS.has(op)) return b === 0 ? { gets: amount, puts: 0, needs: 0 } : undefined;
  const kept = keepsOne && SILENT_PUTS.has(op) ? 1 : 0;
  if (PUTS.has(op)) return { gets: 0, puts: amount, needs: Math.max(1, amount + kept) };
  const effect = declaredEffect(op);
  return effect && amountsOfEffect(effect, op, a, keepsOne);
}

/** The same of an op that declares its effect. Who is refused at 0 need not know that the object is there. */
function amountsOfEffect(effect: IdealEffect, op: string, a: number, keepsOne: boolean): Amounts | undefined {
  if (effect.change === 'reads') return { gets: 0, puts: 0, needs: 0 };
  if (!ledgerOf(op)) return undefined;
  const taken = takenBy(effect, a, 0);
  if (effect.change === '+') {
    return taken < 0 ? undefined : { gets: taken, puts: 0, needs: isMade(effect, 0) ? 1 : 0 };
  }
  const kept = keepsOne && effect.answer === undefined ? 1 : 0;
  return taken > 0 ? undefined : { gets: 0, puts: -taken, needs: Math.max(1, kept - taken) };
}

/** Whether an op asks for a reference, and may be told that there is none. */
export function mayRefuse(op: string): boolean {
  if (CONDITIONAL_GETS.has(op)) return true;
  const effect = declaredEffect(op);
  return effect?.change === '+' && effect.answer === 'done';
}

/** Cells that `Holdings` needs: the pool, and what each thread holds. */
export const HOLDING_CELLS = 1 + THREADS;
/** In the place of the pool once something was not sound. */
const MISUSED = -1;

/**
 * Who holds how many references while a program runs, and whether all use so far was sound.
 *
 * A start of n is n references, and nobody says whose: a thread that needs one that it has not got takes it from what is
 * left of them. So a run is sound use if there is any way to deal the references of the start under which every thread
 * puts only what it holds, and calls `inc` only while it holds something.
 *
 *     start 1 │ 0: inc_not_zero true │ 1: dec, takes the 1 of the start │ 0: dec, its own       sound
 *     start 1 │ 0: dec, takes the 1  │ 1: inc_not_zero false            │ 1: dec, has none      misuse, from here on
 *
 * What ops gave their threads counts, right or wrong: who was told that he has a reference may put it. A count that
 * does not fit, or would be saturated, is no number of references, and counts as misuse too.
 */
export class Holdings {
  readonly #held: Held;
  readonly #first: number;
  #cells: Int32Array;

  /**
   * @param cells where it keeps all that it knows: HOLDING_CELLS of them from `first` on, so that they can be part of the
   *   state of a machine
   */
  constructor(held: Held, cells: Int32Array = new Int32Array(HOLDING_CELLS), first = 0) {
    this.#held = held;
    this.#cells = cells;
    this.#first = first;
  }

  /** A program begins. @param cells in the place of the former ones */
  begin(start: number, cells: Int32Array = this.#cells): void {
    this.#cells = cells;
    this.#forget(this.#fits(start) ? start : MISUSED);
  }

  /** Whether the count fits whatever the order of these calls, so that no order of them is misuse for that. */
  fits(start: number, calls: readonly Called[]): boolean {
    return this.#fits(calls.reduce((most, call) => most + (amountsOf(call)?.gets ?? 0), start));
  }

  /** Whether all use has been sound so far. */
  get isSound(): boolean {
    return this.#cells[this.#first] !== MISUSED;
  }

  /** A thread begins a call: what it gets may be there from now on, and what it puts is there until it returns. */
  calls(thread: number, call: Called): void {
    if (!this.isSound) return;
    if (!this.mayCall(thread, call)) {
      this.#forget(MISUSED);
      return;
    }
    const { needs, gets } = this.#amountsOf(call)!;
    const cells = this.#cells;
    const own = this.#first + 1 + thread;
    const lacks = needs - cells[own]!;
    if (lacks > 0) {
      cells[this.#first]! -= lacks;
      cells[own]! += lacks;
    }
    cells[own]! += gets;
  }

  /** Whether a call would be sound use now. Call it while all use has been sound. */
  mayCall(thread: number, call: Called): boolean {
    const amounts = this.#amountsOf(call);
    if (!amounts) return false;
    const lacks = amounts.needs - this.heldBy(thread);
    return lacks <= this.unassigned && this.#fits(this.total + amounts.gets);
  }

  /** References of the start that no thread has taken. */
  get unassigned(): number {
    return this.#cells[this.#first]!;
  }

  /** What a thread holds, with all that its present call may get, and all that it puts. */
  heldBy(thread: number): number {
    return this.#cells[this.#first + 1 + thread]!;
  }

  /**
   * An op objects by itself, whoever else is there. That is judged where it is alone; what others see of it afterwards
   * is no fault of theirs, and counts as misuse.
   */
  objects(): void {
    this.#forget(MISUSED);
  }

  /** The call of a thread returned: what it was refused it does not hold, nor what it has put. */
  returned(thread: number, call: Called, result: undefined | boolean | number | string): void {
    if (!this.isSound) return;
    const { gets, puts } = this.#amountsOf(call)!;
    // An op that was stopped has said nothing; it may have done its work.
    const gained = typeof result === 'string' ? gets - puts : ledgerOf(call.op)!.gained(call.a, result);
    this.#cells[this.#first + 1 + thread]! += gained - gets;
  }

  /** Exchanges what two threads hold: for symmetry reduction. */
  swapThreads(one: number, other: number): void {
    const cells = this.#cells;
    const kept = cells[this.#first + 1 + one]!;
    cells[this.#first + 1 + one] = cells[this.#first + 1 + other]!;
    cells[this.#first + 1 + other] = kept;
  }

  /** Orders two threads by what they hold. */
  compareThreads(one: number, other: number): number {
    return this.#cells[this.#first + 1 + one]! - this.#cells[this.#first + 1 + other]!;
  }

  #forget(pool: number): void {
    this.#cells.fill(0, this.#first, this.#first + HOLDING_CELLS);
    this.#cells[this.#first] = pool;
  }

  #amountsOf(call: Called): Amounts | undefined {
    return amountsOf(call, this.#held.keepsOne);
  }

  /** All references, whoever has them. Call it while all use has been sound. */
  get total(): number {
    let total = 0;
    for (let at = 0; at < HOLDING_CELLS; at++) total += this.#cells[this.#first + at]!;
    return total;
  }

  #fits(count: number): boolean {
    const { saturation } = this.#held;
    return count >= 0 && count <= INT_MAX && !this.#held.inSaturation?.(count) && !saturation.includes(count);
  }
}

import { PairMap } from '../../oracles/pair-map.ts';
import type { Program } from '../program/program.ts';
import type { Machine } from '../run/machine.ts';
import { DONE } from '../run/machine-state.ts';
import { type Beside, withBarrierDue } from '../run/ahead-of-node.ts';
import type { Attention } from '../run/order-state.ts';
import { type CarrierShape, type Needs, needsOf } from '../weak/needs.ts';
import { type Ahead, aheadText, inLaterOp, NOTHING_AHEAD } from '../weak/ahead.ts';
import { type ProgramPoints, type Touch, touchesInTurn } from './program-points.ts';

/** What a thread has left at a place of its program. */
interface Left {
  readonly touch: Touch;
  /** The number of what is ahead of it, and of the same with a barrier due. */
  readonly ahead: number;
  readonly aheadDue: number;
}

/** Numbers of what is ahead have so many bits, three of them in an integer. */
const BITS = 10;
const MOST_THREADS = 5;

/**
 * What each thread of a program has left to do, by where it stands: what its op may still do from there, and its later ops. From
 * that comes what of views is still needed.
 */
export class WhatIsLeft implements Attention {
  readonly #machine: Machine;
  readonly #points: ProgramPoints;
  readonly #shape: Beside & CarrierShape;
  /** By thread, then position, then point. */
  #left: (Left | undefined)[][][] = [];
  #calls: readonly (readonly number[])[] = [];
  /** By text: numbers of what is ahead, from 1 on; 0 is nothing. */
  readonly #numbers = new Map<string, number>();
  readonly #ahead: Ahead[] = [];
  readonly #known = new PairMap();
  readonly #needs: Needs[] = [];

  constructor(machine: Machine, points: ProgramPoints, shape: Beside & CarrierShape) {
    this.#machine = machine;
    this.#points = points;
    this.#shape = shape;
    this.#forgetNumbers();
  }

  /** Call it whenever the exploration of a program begins, and when points have grown. */
  begin({ threads }: Program): void {
    const later = Array.from({ length: this.#machine.trees.laterCalls }, (_, which) => [-1 - which]);
    this.#calls = [...threads, ...later];
    this.#left = this.#calls.map((calls) => Array.from({ length: calls.length + 1 }, () => []));
  }

  /** An op has gone on from one node to the next. */
  step(node: number, child: number): void {
    this.#points.step(node, child);
  }

  /** Whether an op may return with the access of a node. */
  mayReturn(node: number): boolean {
    return this.#points.mayReturn(this.#points.of(node));
  }

  /** All that a thread that is not done may still touch. */
  of(thread: number): Touch {
    return this.#leftOf(thread).touch;
  }

  #leftOf(thread: number): Left {
    const { node, position, threadCount } = this.#machine;
    const point = this.#points.of(node[thread]!);
    const at = thread < threadCount ? position[thread]! : 0;
    const row = this.#left[thread]![at]!;
    return (row[point] ??= this.#make(thread, at, point));
  }

  #make(thread: number, position: number, point: number): Left {
    let touch: Touch | undefined;
    for (const call of this.#calls[thread]!.slice(position + 1).reverse()) {
      const one = this.#points.ofCall(call);
      touch = touch ? touchesInTurn(one, touch) : one;
      touch = { ...touch, ahead: inLaterOp(touch.ahead) };
    }
    const rest = this.#points.rest(point);
    touch = touch ? touchesInTurn(rest, touch) : rest;
    return {
      touch,
      ahead: this.#numberOf(touch.ahead),
      aheadDue: this.#numberOf(withBarrierDue(touch.ahead, this.#shape)),
    };
  }

  #numberOf(ahead: Ahead): number {
    const text = aheadText(ahead);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#ahead.push(ahead) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  #forgetNumbers(): void {
    this.#numbers.clear();
    this.#ahead.length = 0;
    this.#known.clear();
    this.#needs.length = 0;
    this.#numberOf(NOTHING_AHEAD);
    this.#left = this.#left.map((rows) => rows.map(() => []));
  }

  /**
   * What of views can still be asked for where the machine is.
   *
   * @param due threads that have yet to pass a barrier, a bit each
   * @param isLaterDue whether something is queued
   * @returns undefined where there are too many threads
   */
  needs(due: number, isLaterDue: boolean): Needs | undefined {
    const { node, threadCount, schedulable, trees } = this.#machine;
    if (schedulable > MOST_THREADS) return undefined;
    if (this.#ahead.length >= (1 << BITS) - 2 * MOST_THREADS) this.#forgetNumbers();
    let low = 0;
    let high = 0;
    for (let thread = 0; thread < schedulable; thread++) {
      const at = node[thread]!;
      if (at === DONE) continue;
      const left = this.#leftOf(thread);
      const number = ((due >> thread) & 1) === 1 ? left.aheadDue : left.ahead;
      if (thread < 3) low |= number << (BITS * thread);
      else high |= number << (BITS * (thread - 3));
      if (thread >= threadCount && trees.isRoot[at] === 0) high |= 1 << (2 * BITS + thread);
    }
    if (isLaterDue) high |= 1 << (2 * BITS + MOST_THREADS);
    const known = this.#known.get(low, high);
    if (known >= 0) return this.#needs[known]!;
    const needs = this.#needsAt(low, high);
    this.#known.set(low, high, this.#needs.push(needs) - 1);
    return needs;
  }

  #needsAt(low: number, high: number): Needs {
    const { threadCount, schedulable } = this.#machine;
    const most = (1 << BITS) - 1;
    const ahead: Ahead[] = [];
    let active = 0;
    let starting = 0;
    for (let thread = 0; thread < schedulable; thread++) {
      const number =
        thread < 3 ? (low >> (BITS * thread)) & most : (high >> (BITS * (thread - 3))) & most;
      ahead.push(this.#ahead[number]!);
      if (thread >= threadCount && ((high >> (2 * BITS + thread)) & 1) === 0) starting |= 1 << thread;
      else if (number !== 0) active |= 1 << thread;
    }
    const isDue = ((high >> (2 * BITS + MOST_THREADS)) & 1) === 1;
    // What nobody has queued and nobody will queue never begins.
    return needsOf(this.#shape, { ahead, active, starting, isDue });
  }
}

import { PairMap } from '../../oracles/pair-map.ts';
import type { Program } from '../program/program.ts';
import { type Beside, barrierDeed } from '../run/ahead-of-node.ts';
import type { Attention } from '../run/attention.ts';
import type { Machine } from '../run/machine.ts';
import { DONE } from '../run/machine-state.ts';
import { type Ahead, aheadText, inTurn, NOTHING_AHEAD } from '../weak/ahead.ts';
import type { CarrierShape } from '../weak/flow.ts';
import { type Needs, needsOf } from '../weak/needs.ts';
import type { ProgramPoints } from './program-points.ts';

/** The number of what is ahead, and of the same with a barrier due. */
interface Numbers {
  readonly ahead: number;
  readonly aheadDue: number;
}

/** What a thread has left at a place of its program. */
interface Left extends Numbers {
  readonly reads: number;
  readonly writes: number;
}

/** Numbers of what is ahead have so many bits, three of them in an integer. */
const BITS = 10;
const MOST_THREADS = 5;
/** Above two of them: what runs later and is under way, at most MOST_THREADS - 1; whether something is due; words. */
const IS_DUE = 1 << (2 * BITS + MOST_THREADS - 1);
const OLD_WORDS = 2 * BITS + MOST_THREADS;

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
  #numbersBy = new WeakMap<Ahead, Numbers>();
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
  step(node: number, child: number, way: number): void {
    this.#points.step(node, child, way);
  }

  /** Whether an op may return with the access of a node. */
  mayReturn(node: number): boolean {
    return this.#points.mayReturn(this.#points.of(node));
  }

  /** All that a thread that is not done may still touch. */
  of(thread: number): Pick<Left, 'reads' | 'writes'> {
    return this.#leftOf(thread);
  }

  #leftOf(thread: number): Left {
    const { node, position, threadCount } = this.#machine;
    const point = this.#points.of(node[thread]!);
    const at = thread < threadCount ? position[thread]! : 0;
    const row = this.#left[thread]![at]!;
    row[point] ??= this.#make(thread, at, point);
    return row[point];
  }

  #make(thread: number, position: number, point: number): Left {
    const points = this.#points;
    let reads = points.readsFrom(point);
    let writes = points.writesFrom(point);
    let behind = 0;
    for (const call of this.#calls[thread]!.slice(position + 1).reverse()) {
      const root = points.rootOf(call);
      if (root < 0) continue;
      reads |= points.readsFrom(root);
      writes |= points.writesFrom(root);
      behind = points.behind(call, behind);
    }
    const ahead = points.ahead(point, behind);
    return { reads, writes, ...this.#numbersOf(ahead) };
  }

  /** The same object is the same, from program to program. */
  #numbersOf(ahead: Ahead): Numbers {
    const known = this.#numbersBy.get(ahead);
    if (known) return known;
    const due = inTurn(barrierDeed(this.#shape), ahead);
    const numbers = { ahead: this.#numberOf(ahead), aheadDue: this.#numberOf(due) };
    this.#numbersBy.set(ahead, numbers);
    return numbers;
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
    this.#numbersBy = new WeakMap();
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
   * @param old words with writes that were overwritten, a bit each
   * @returns undefined where there are too many threads
   */
  needs(due: number, isLaterDue: boolean, old: number): Needs | undefined {
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
      if (thread >= threadCount && trees.isRoot[at] === 0) high |= 1 << (2 * BITS + thread - threadCount);
    }
    if (isLaterDue) high |= IS_DUE;
    high |= old << OLD_WORDS;
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
      const number = thread < 3 ? (low >> (BITS * thread)) & most : (high >> (BITS * (thread - 3))) & most;
      ahead.push(this.#ahead[number]!);
      if (thread >= threadCount && ((high >> (2 * BITS + thread - threadCount)) & 1) === 0)
        starting |= 1 << thread;
      else if (number !== 0) active |= 1 << thread;
    }
    const isDue = (high & IS_DUE) !== 0;
    // What nobody has queued and nobody will queue never begins.
    return needsOf(this.#shape, { ahead, active, starting, isDue, old: high >>> OLD_WORDS });
  }
}

import { PairMap } from '../../oracles/pair-map.ts';
import type { Program } from '../program/program.ts';
import { type Beside, barrierDeed } from '../run/ahead-of-node.ts';
import type { Attention } from '../run/attention.ts';
import type { Machine } from '../run/machine.ts';
import { DONE } from '../run/machine-state.ts';
import { type Ahead, aheadText, inTurn, MOST_WORDS, NOTHING_AHEAD } from '../weak/ahead.ts';
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

/** Numbers of what is ahead have so many bits, two of them in an integer. */
const BITS = 16;
const MOST = (1 << BITS) - 1;
const MOST_THREADS = 5;
/** Beside them: what runs later and is under way, at most MOST_THREADS - 1; whether something is due; words. */
const IS_DUE = 1 << (MOST_THREADS - 1);
const OLD_WORDS = MOST_THREADS;
const THREADS = OLD_WORDS + MOST_WORDS;
/** Of places at which threads stand together: more are forgotten. A fifth thread has the bits above so many. */
const MOST_NEEDS = 1 << (BITS + 3);

// Needs are asked for after each access, and there are few of them beside the states: they depend on where threads stand, and not on
// values or views. So they are looked up by numbers, one for what each thread has left. Numbers are of contents, so that programs which
// come one after the other share them; what is known is dropped as a whole when it has become too much, and made anew when it is asked.

/**
 * What each thread of a program has left to do, by where it stands: what its op may still do from there, and its later ops. From
 * that comes what of views is still needed.
 */
export class WhatIsLeft implements Attention {
  readonly #machine: Machine;
  readonly #points: ProgramPoints;
  readonly #shape: Beside & CarrierShape;
  readonly #fewest: number;
  /** By thread, then position: what comes behind the op there, as a number of `#points`; -1 before it is asked for. */
  #behind: number[][] = [];
  /** By that, then point. */
  #left: Left[][] = [];
  #version = 0;
  #calls: readonly (readonly number[])[] = [];
  /** By text: numbers of what is ahead, from 1 on; 0 is nothing. */
  readonly #numbers = new Map<string, number>();
  readonly #ahead: Ahead[] = [];
  #numbersBy = new WeakMap<Ahead, Numbers>();
  readonly #known = new PairMap();
  readonly #needs: Needs[] = [];
  /** Of four threads together: a number. */
  readonly #places = new PairMap();
  readonly #numbersHere = new Int32Array(MOST_THREADS);

  /** @param fewest threads of the programs that are attended to: with fewer it takes longer than it saves */
  constructor(machine: Machine, points: ProgramPoints, shape: Beside & CarrierShape, fewest: number) {
    this.#machine = machine;
    this.#points = points;
    this.#shape = shape;
    this.#fewest = fewest;
    this.#forgetNumbers();
  }

  /** Call it whenever the exploration of a program begins, and when points have grown. */
  begin({ threads }: Program): void {
    const later = Array.from({ length: this.#machine.trees.laterCalls }, (_, which) => [-1 - which]);
    this.#calls = [...threads, ...later];
    this.#behind = this.#calls.map((calls) => new Array<number>(calls.length + 1).fill(-1));
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
    const points = this.#points;
    const point = points.of(node[thread]!);
    if (this.#version !== points.version) this.#forgetLeft();
    const at = thread < threadCount ? position[thread]! : 0;
    let behind = this.#behind[thread]![at]!;
    if (behind < 0) {
      behind = 0;
      for (const call of this.#calls[thread]!.slice(at + 1).reverse()) behind = points.behind(call, behind);
      this.#behind[thread]![at] = behind;
    }
    const row = this.#left[behind] ?? [];
    this.#left[behind] = row;
    row[point] ??= this.#make(behind, point);
    return row[point];
  }

  #make(behind: number, point: number): Left {
    const points = this.#points;
    const reads = points.readsFrom(point, behind);
    const writes = points.writesFrom(point, behind);
    return { reads, writes, ...this.#numbersOf(points.ahead(point, behind)) };
  }

  /** Points have grown: what they stand for is asked for anew. */
  #forgetLeft(): void {
    this.#version = this.#points.version;
    this.#left = [];
    this.#behind = this.#calls.map((calls) => new Array<number>(calls.length + 1).fill(-1));
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
    this.#places.clear();
    this.#needs.length = 0;
    this.#numberOf(NOTHING_AHEAD);
    this.#left = [];
  }

  /**
   * What of views can still be asked for where the machine is.
   *
   * @param due threads that have yet to pass a barrier, a bit each
   * @param isLaterDue whether something is queued
   * @param old words with writes that were overwritten, a bit each
   * @returns undefined where there are too many threads, or too few
   */
  needs(due: number, isLaterDue: boolean, old: number): Needs | undefined {
    const { node, threadCount, schedulable, trees } = this.#machine;
    if (schedulable > MOST_THREADS || threadCount < this.#fewest) return undefined;
    if (this.#ahead.length >= MOST - 2 * MOST_THREADS || this.#needs.length >= MOST_NEEDS)
      this.#forgetNumbers();
    const numbers = this.#numbersHere;
    let beside = isLaterDue ? IS_DUE : 0;
    for (let thread = 0; thread < MOST_THREADS; thread++) {
      const at = thread < schedulable ? node[thread]! : DONE;
      numbers[thread] = 0;
      if (at === DONE) continue;
      const left = this.#leftOf(thread);
      numbers[thread] = ((due >> thread) & 1) === 1 ? left.aheadDue : left.ahead;
      if (thread >= threadCount && trees.isRoot[at] === 0) beside |= 1 << (thread - threadCount);
    }
    beside |= (old << OLD_WORDS) | (threadCount << THREADS);
    const first = numbers[0]! | (numbers[1]! << BITS);
    const second = numbers[2]! | (numbers[3]! << BITS);
    let place = this.#places.get(first, second);
    if (place < 0) {
      place = this.#places.size;
      this.#places.set(first, second, place);
    }
    const known = this.#known.get(place | (numbers[4]! << (BITS + 4)), beside);
    if (known >= 0) return this.#needs[known]!;
    const needs = this.#needsAt(beside);
    this.#known.set(place | (numbers[4]! << (BITS + 4)), beside, this.#needs.push(needs) - 1);
    return needs;
  }

  /** By `#numbersHere`. @param beside what else it depends on */
  #needsAt(beside: number): Needs {
    const { threadCount, schedulable } = this.#machine;
    const ahead: Ahead[] = [];
    let active = 0;
    let starting = 0;
    for (let thread = 0; thread < schedulable; thread++) {
      const number = this.#numbersHere[thread]!;
      ahead.push(this.#ahead[number]!);
      if (thread >= threadCount && ((beside >> (thread - threadCount)) & 1) === 0) starting |= 1 << thread;
      else if (number !== 0) active |= 1 << thread;
    }
    const isDue = (beside & IS_DUE) !== 0;
    const old = (beside >> OLD_WORDS) & ((1 << MOST_WORDS) - 1);
    // What nobody has queued and nobody will queue never begins.
    return needsOf(this.#shape, { ahead, active, starting, isDue, old });
  }
}

import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import { DONE } from '../run/machine-state.ts';
import type { OrderState } from '../run/order-state.ts';
import { ProgramPoints, type Touch } from './program-points.ts';
import { BARRIERS, COUNT, TouchedWords } from './touched-words.ts';
import { WhatIsLeft } from './what-is-left.ts';

/** Of two threads the states are so few that to look for those that are one takes longer than to visit them. */
const ATTENDS_FROM = 3;

/**
 * Partial-order reduction, for schemes (Peled, "All from one, one for all: on model checking using representatives", 1993;
 * Godefroid, "Partial-order methods for the verification of concurrent systems", 1996): of accesses that commute only one
 * order is explored.
 *
 * An access is *local* when no other thread, in all that it has left to do, touches what the access touches, but for
 * both only reading. The explorer makes a local access at once and leaves out the other threads in that state. That loses
 * nothing: the access commutes with whatever could have come before it, so every state that is left out leads where one
 * that is kept leads too; and as it does not end its op, nobody's results differ in between. In Peled's words the one
 * access is an ample set; that it must lead to a state not met before is his condition on circles.
 *
 *     gc:   lock · load list · store list · unlock · …      lookup:   rcu_read_lock · load list · …
 *
 *     rcu_read_lock of the lookup is local until some other thread has yet to note the readers (call_rcu, the idle
 *     note); `load list` is local to neither while the other may still store it
 *
 * What a thread may still touch is known by *footprints*: for every op (and the RCU callback) the words that its accesses
 * have read and written so far, in all pairs of ops, which are explored beforehand, and in the program itself. So a
 * footprint may grow while a program is explored. Then accesses may have been taken for local that are not, and the
 * program is explored again (`hasGrown`). This comes to an end since footprints only grow; and none is missed: take the
 * first access outside of the footprints in any run; all before it lie inside, so the search had its state.
 */
export class PartialOrderReduction {
  readonly #machine: Machine;
  readonly #touched: TouchedWords;
  readonly #conserves: boolean;
  /** Functions that run later, whose calls are below 0. */
  readonly #laterCalls: number;
  /** Footprints: what is read and what is written, a bit for each word. By call plus `#laterCalls`. */
  #reads: number[] = [];
  #writes: number[] = [];
  #settled: { readonly reads: readonly number[]; readonly writes: readonly number[] } = {
    reads: [],
    writes: [],
  };
  /** By thread, then position: the footprint of all that the thread has left. What runs later comes last. */
  #readsFrom: number[][] = [];
  #writesFrom: number[][] = [];
  /** By node: whether the footprint of its op has what its access touches. */
  readonly #noted: boolean[] = [];
  #hasGrown = false;
  /**
   * Under the kernel's memory model: what is left from point to point of ops, instead of whole ops. The views that threads have are
   * kept by that as well.
   */
  readonly #order: OrderState | undefined;
  readonly #points: ProgramPoints | undefined;
  readonly #left: WhatIsLeft | undefined;

  /** @param attendsFrom as of `ExplorerOptions` */
  constructor(machine: Machine, attendsFrom = ATTENDS_FROM) {
    this.#machine = machine;
    this.#laterCalls = machine.trees.laterCalls;
    this.#touched = new TouchedWords(machine);
    this.#conserves = (machine.trees.subject as Scheme).conserves !== undefined;
    const { order } = machine;
    this.#order = order;
    if (!order) return;
    this.#points = new ProgramPoints(machine.trees, (node) => this.#touch(node, order));
    this.#left = new WhatIsLeft(machine, this.#points, order.carriers, attendsFrom);
  }

  /** Whether a footprint has grown since `begin`: what was explored may lack something. */
  get hasGrown(): boolean {
    return this.#points?.hasGrown ?? this.#hasGrown;
  }

  // Locks, sections and fences have their places in both: in what is touched, for what commutes, and in deeds, for what is known.
  /** An access as points know it. To return is none, but for the fences before it. */
  #touch(node: number, order: OrderState): Touch {
    const { kind, isRoot } = this.#machine.trees;
    const ways = order.waysOf(node);
    const barriers = this.#touched.barriers(node);
    if (kind[node] === Access.RETURN && isRoot[node] === 0)
      return { reads: barriers, writes: barriers, ways };
    return { reads: this.#touched.read(node), writes: this.#touched.written(node), ways };
  }

  /** Keeps what is known by now as where every program begins, so that none depends on those before it. */
  settle(): void {
    this.#points?.settle();
    this.#settled = { reads: [...this.#reads], writes: [...this.#writes] };
  }

  /** Call it before a program is explored for the first time. */
  reset(): void {
    this.#points?.reset();
    const { reads, writes } = this.#settled;
    const isSettled = this.#reads.every((mask, at) => mask === reads[at] && this.#writes[at] === writes[at]);
    if (isSettled) return;
    this.#reads = [...reads];
    this.#writes = [...writes];
    this.#noted.length = 0;
  }

  /** Call it whenever the exploration of a program begins, perhaps anew: when the machine has started it. */
  begin(program: Program): void {
    this.#hasGrown = false;
    // Numbers of nodes that were dropped stand for others.
    if (this.#touched.begin()) this.#noted.length = 0;
    if (this.#points) {
      this.#points.begin();
      this.#left!.begin(program);
      this.#order!.attend(this.#left);
      return;
    }
    const later = Array.from({ length: this.#laterCalls }, (_, which) => [-1 - which]);
    const calls = [...program.threads, ...later];
    this.#readsFrom = calls.map((ofThread) => this.#suffixes(ofThread, this.#reads));
    this.#writesFrom = calls.map((ofThread) => this.#suffixes(ofThread, this.#writes));
  }

  /** Call it when the exploration is over: the machine keeps all that it can again. */
  end(): void {
    this.#order?.attend(undefined);
  }

  /** Whether nobody else can observe the next access of a thread. */
  isLocal(thread: number): boolean {
    const { threadCount, position, schedulable, trees } = this.#machine;
    const node = this.#machine.node[thread]!;
    // Of two that could take the same over, the one that comes too late has nothing more to do: its op is void, and makes no
    // access that could be noted. Footprints would never grow by what it would have done, and the search not be made again.
    if (trees.kind[node] === Access.TAKE_OVER) return false;
    // Whoever begins an op ends the time at which the count is held against the holds: an op of another thread that ends
    // before that has its count looked at, and one that ends after it has not.
    if (this.#conserves && trees.isRoot[node]) return false;
    const writes = this.#touched.written(node);
    // Where the count stands names the boundary also of ops that never look at it.
    if (writes & COUNT) return false;
    const reads = this.#touched.read(node);
    if (this.#left) return this.#isLocalOrdered(this.#left, thread, reads, writes);
    const touched = reads | writes;
    for (let other = 0; other < schedulable; other++) {
      if (other === thread) continue;
      const at = other >= threadCount ? 0 : position[other]!;
      if ((this.#writesFrom[other]![at]! & touched) | (this.#readsFrom[other]![at]! & writes)) return false;
    }
    return true;
  }

  /** The same by what is left from where the others stand, with the order of full barriers. */
  #isLocalOrdered(left: WhatIsLeft, thread: number, reads: number, writes: number): boolean {
    const { schedulable, node } = this.#machine;
    const isDue = this.#machine.isBarrierDue(thread);
    // Nobody can tell when a thread passes its barriers: they need not be held against those of others.
    const barriers = this.#order!.splits(thread) ? 0 : BARRIERS;
    const written = (isDue ? writes | BARRIERS : writes) & ~barriers;
    const touched = (reads & ~barriers) | written;
    for (let other = 0; other < schedulable; other++) {
      if (other === thread || node[other] === DONE) continue;
      const theirs = left.of(other);
      if ((theirs.writes & touched) | (theirs.reads & written)) return false;
      if ((touched & BARRIERS) !== 0 && this.#machine.isBarrierDue(other)) return false;
    }
    return true;
  }

  /** Notes the access that a thread is about to make. */
  note(thread: number): void {
    if (this.#points) return;
    const node = this.#machine.node[thread]!;
    if (this.#noted[node]) return;
    this.#noted[node] = true;
    const call = this.#machine.trees.callOf(node) + this.#laterCalls;
    const reads = this.#reads[call] ?? 0;
    const writes = this.#writes[call] ?? 0;
    this.#reads[call] = reads | this.#touched.read(node);
    this.#writes[call] = writes | this.#touched.written(node);
    if (this.#reads[call] !== reads || this.#writes[call] !== writes) this.#hasGrown = true;
  }

  /** What is left to do at each position of a thread: the union of the footprints of its calls from there on. */
  #suffixes(calls: readonly number[], masks: readonly number[]): number[] {
    const from = new Array<number>(calls.length + 1).fill(0);
    for (let at = calls.length - 1; at >= 0; at--)
      from[at] = from[at + 1]! | (masks[calls[at]! + this.#laterCalls] ?? 0);
    return from;
  }
}

import { BOUNDARIES, boundaryBetween } from '../../oracles/boundary.ts';
import { MAX_THREADS } from '../program/program.ts';
import { Access, IS_PLAIN, WordIndex } from './access.ts';
import type { OpInstance } from './scheme-facts.ts';
import type { WideCells } from './scheme-layout.ts';
import { notePinned, noteTouch, touchedBy } from './scheme-words.ts';
import type { TreeNodes } from './tree-nodes.ts';
import { onNarrowLine } from './wide-boundary.ts';
import { readWide } from './wide-words.ts';

const { COUNT, TOUCHED } = WordIndex;

/**
 * Watches, for a machine that runs a scheme, at which boundaries accesses touch the counter. Divergences of schemes are
 * named by the boundary of the op's first such access; by the time one shows, the count has moved on.
 *
 * What must be known of ops under way lies in the words TOUCHED and PINNED, and so is part of the state. That tells apart
 * states which are otherwise equal, so it is only done when somebody asks with `watch`.
 */
export class CounterTouches {
  /** Of the access that the machine made last: an index of BOUNDARIES, or -1 when it did not touch the counter. */
  ofLastAccess = -1;
  #isWatching = false;
  #cells: WideCells | undefined;
  #bias = 0;
  #saturated: readonly number[] = [];

  /**
   * Asks to note from now on where each op first touches the counter.
   *
   * @param bias taken off the count, to read it in the values of the reference
   * @param saturated the saturation values of both sides
   */
  watch(bias: number, saturated: readonly number[]): void {
    this.#isWatching = true;
    this.#bias = bias;
    this.#saturated = saturated;
  }

  /** Says where the halves of a count of 64 bits lie. */
  countsIn(cells: WideCells | undefined): void {
    this.#cells = cells;
  }

  /** The count, on the number line of 32 bits. */
  countIn(words: Int32Array): number {
    return this.#cells ? onNarrowLine(readWide(words, this.#cells)) : words[COUNT]!;
  }

  /** The boundary of the count as it stands. @returns an index of BOUNDARIES */
  boundaryNow(words: Int32Array): number {
    const count = this.countIn(words);
    return this.#boundary(count, count);
  }

  /** The boundary at which the thread's present op first touched the counter; where the count stands, if it did not. */
  boundaryOf(words: Int32Array, thread: number): number {
    const touched = touchedBy(words[TOUCHED]!, thread);
    return touched >= 0 ? touched : this.boundaryNow(words);
  }

  /**
   * Where an op that the last access ended had first touched the counter. The machine forgets it when the op returns, so it
   * is read from before the access, unless this very access was the first.
   *
   * @param before the TOUCHED word before the access
   * @returns an index of BOUNDARIES, or -1 when the op never touched it
   */
  ofReturned(before: number, thread: number): number {
    const touched = touchedBy(before, thread);
    return touched >= 0 ? touched : this.ofLastAccess;
  }

  /** The op that a thread is at, as facts and callbacks name it. @param op which of its thread's ops it is */
  whoIs(words: Int32Array, thread: number, op: number): OpInstance {
    const touched = touchedBy(words[TOUCHED]!, thread);
    const hasTouched = touched >= 0;
    return { thread, op, boundary: hasTouched ? touched : this.boundaryNow(words), hasTouched };
  }

  /** Whether the count stands at, or next to, a saturation value. */
  isPinned(words: Int32Array): boolean {
    return this.#saturated.some((value) => isNear(value, this.countIn(words)));
  }

  /**
   * A thread has made the access of `node`.
   *
   * @param words as the access left them
   * @param old the count before it
   */
  note({ kind, word }: TreeNodes, node: number, words: Int32Array, thread: number, old: number): void {
    if (!this.#isWatching) return;
    this.ofLastAccess = -1;
    if (!IS_PLAIN[kind[node]!] || word[node] !== COUNT) return;
    this.ofLastAccess = this.#boundary(old, this.countIn(words));
    if (kind[node] === Access.STORE && this.isPinned(words)) notePinned(words, thread);
    noteTouch(words, thread, this.ofLastAccess);
  }

  #boundary(old: number, value: number): number {
    const saturated = this.#saturated.some((value) => isNear(value, old)) ? [old - this.#bias] : [];
    return BOUNDARIES.indexOf(boundaryBetween(old - this.#bias, value - this.#bias, saturated));
  }
}

/** What ops under way make of a value before they correct it: each of them moves it by one. */
function isNear(value: number, other: number): boolean {
  return Math.abs(value - other) <= MAX_THREADS;
}

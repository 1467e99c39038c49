import type { MachineState } from './machine-state.ts';
import { swappedInSets } from './reader-domains.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { readers } from './scheme-words.ts';

/** Whose the memory is, above the set of those who sat in a section when it was freed last. */
const NEXT_OWNER = 1 << 8;

/**
 * Memory of a cache that is SLAB_TYPESAFE_BY_RCU: after the free it stays an object of its type, at least until all have left
 * who sit in a section, and it may at once be the object of somebody else. So readers may look at it, and find a count that
 * is alive and not theirs. Nobody else may.
 *
 *     freed ──▶ readers of that moment look on ──▶ (perhaps) the next owner's ──▶ freed by him, likewise
 */
export class MemoryReuse {
  readonly #machine: MachineState;
  /** Negative where memory is not reused. */
  readonly #word: number;

  constructor(machine: MachineState, { reuse }: SchemeLayout) {
    this.#machine = machine;
    this.#word = reuse;
  }

  /** Whether a thread may touch the memory although the object has been freed. */
  mayLook(thread: number): boolean {
    if (this.#word < 0) return false;
    const word = this.#machine.words[this.#word]!;
    return (word & NEXT_OWNER) !== 0 || ((word >> thread) & 1) === 1;
  }

  /** Somebody has got the memory for an object of his own. */
  takeOver(): void {
    this.#machine.words[this.#word] = NEXT_OWNER;
  }

  /** Somebody frees the memory. @returns whether it was the next owner's object, whose end concerns nobody */
  free(): boolean {
    if (this.#word < 0) return false;
    const { words } = this.#machine;
    const isOfNext = (words[this.#word]! & NEXT_OWNER) !== 0;
    words[this.#word] = readers(words);
    return isOfNext;
  }

  /** A thread has left its last RCU section. */
  stopLooking(thread: number): void {
    if (this.#word >= 0) this.#machine.words[this.#word]! &= ~(1 << thread);
  }

  /** Exchanges two threads of a program. */
  swap(one: number, other: number): void {
    const { words } = this.#machine;
    if (this.#word >= 0) words[this.#word] = swappedInSets(words[this.#word]!, one, other, [0]);
  }
}

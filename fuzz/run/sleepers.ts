import { InputError } from '../../targets/subject/input-error.ts';
import { MOST_LATER } from '../../targets/subject/later.ts';
import { MAX_THREADS } from '../program/program.ts';
import type { MachineState } from './machine-state.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { COUNTS, MOST_COUNTED } from './scheme-words.ts';

/**
 * Threads that sleep until somebody wakes them. Who is about to sleep comes into the queue of a place first and then looks at
 * his condition once more, so that no wake-up falls between the two; a wake-up takes all out of the queue.
 */
export class Sleepers {
  readonly #machine: MachineState;
  /** By thread: the number of the place in whose queue it is; 0 for none. */
  readonly #word: number;
  readonly #name: string;
  /** Addresses, by their number less one: nothing but which of them are equal matters. */
  readonly #places: number[] = [];

  constructor(machine: MachineState, { sleepers }: SchemeLayout, name: string) {
    this.#machine = machine;
    this.#word = sleepers;
    this.#name = name;
  }

  /** Whether a thread is in a queue, and so cannot go on if it sleeps. */
  isQueued(thread: number): boolean {
    return COUNTS.of(this.#machine.words[this.#word]!, thread) !== 0;
  }

  /** A thread comes into the queue of a place. */
  queue(thread: number, address: number): void {
    this.#set(thread, this.#numberOf(address));
  }

  /** A thread leaves the queue by itself. */
  leave(thread: number): void {
    this.#set(thread, 0);
  }

  /** Wakes all who are in the queue of a place. */
  wake(address: number): void {
    const place = this.#numberOf(address);
    for (let thread = 0; thread < MAX_THREADS + MOST_LATER; thread++)
      if (COUNTS.of(this.#machine.words[this.#word]!, thread) === place) this.#set(thread, 0);
  }

  /** Exchanges two threads of a program. */
  swap(one: number, other: number): void {
    const { words } = this.#machine;
    if (this.#word >= 0) words[this.#word] = COUNTS.swapped(words[this.#word]!, one, other);
  }

  #set(thread: number, place: number): void {
    const { words } = this.#machine;
    words[this.#word] = COUNTS.with(words[this.#word]!, thread, place);
  }

  #numberOf(address: number): number {
    const known = this.#places.indexOf(address);
    if (known >= 0) return known + 1;
    this.#places.push(address);
    if (this.#places.length > MOST_COUNTED)
      throw new InputError(this.#name, `has threads that sleep in more than ${MOST_COUNTED} places`);
    return this.#places.length;
  }
}

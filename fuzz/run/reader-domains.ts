import { exchangeBits } from '../../oracles/packed-fields.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { MachineState } from './machine-state.ts';
import type { SchemeLayout } from './scheme-layout.ts';
import { COUNTS, MOST_COUNTED, readers } from './scheme-words.ts';

/** A set of threads has eight bits. */
const SET = 0xff;

/**
 * Who sits in read-side sections of which domain, and who waits for them. RCU is domain 0, each srcu_struct one more with
 * sections of its own. Whoever waits notes who is inside, a set for each waiting thread, and waits until these have left:
 *
 *     thread 1 is inside; synchronize_rcu of thread 0 notes {1}; thread 2 enters; thread 1 leaves: thread 0 goes on
 */
export class ReaderDomains {
  readonly #machine: MachineState;
  readonly #layout: SchemeLayout;
  readonly #name: string;

  constructor(machine: MachineState, layout: SchemeLayout, name: string) {
    this.#machine = machine;
    this.#layout = layout;
    this.#name = name;
  }

  /** The set of threads that sit in sections of a domain. */
  inside(domain: number): number {
    return readers(this.#machine.words, this.#layout.nesting[domain]);
  }

  /** A thread enters a section. @throws InputError where it nests them too deep */
  enter(domain: number, thread: number): void {
    const deep = this.#deep(domain, thread);
    if (deep === MOST_COUNTED)
      throw new InputError(this.#name, `takes an SRCU read lock more than ${MOST_COUNTED} times over`);
    this.#set(this.#layout.nesting[domain]!, thread, deep + 1);
  }

  /** A thread leaves a section. @returns how deep it sat before: 0 if it was in none */
  leave(domain: number, thread: number): number {
    const deep = this.#deep(domain, thread);
    if (deep > 0) this.#set(this.#layout.nesting[domain]!, thread, deep - 1);
    return deep;
  }

  /** A thread has left its last section: it is taken out of all four sets of both words at once. */
  stopWaitingFor(domain: number, thread: number): void {
    const { words } = this.#machine;
    const at = this.#layout.waitsForReaders[domain];
    if (at === undefined) return;
    words[at]! &= ~(0x01010101 << thread);
    words[at + 1]! &= ~(0x01010101 << thread);
  }

  /** Notes for a thread who is inside. */
  note(domain: number, thread: number): void {
    const at = this.#layout.waitsForReaders[domain]! + (thread >> 2);
    this.#machine.words[at]! |= this.inside(domain) << (8 * (thread & 3));
  }

  /** Whether all have left that a thread has noted. */
  haveLeft(domain: number, thread: number): boolean {
    const at = this.#layout.waitsForReaders[domain]! + (thread >> 2);
    return ((this.#machine.words[at]! >> (8 * (thread & 3))) & SET) === 0;
  }

  /** Whether a thread sits in other sections of SRCU than when its op began. */
  hasChanged(thread: number): boolean {
    const { words } = this.#machine;
    const { nesting, nestedBefore } = this.#layout;
    for (let domain = 1; domain < nesting.length; domain++)
      if (this.#deep(domain, thread) !== COUNTS.of(words[nestedBefore[domain]!]!, thread)) return true;
    return false;
  }

  /** An op begins: notes in how many sections of SRCU its thread sits. */
  beginOp(thread: number): void {
    const { nesting, nestedBefore } = this.#layout;
    for (let domain = 1; domain < nesting.length; domain++)
      this.#set(nestedBefore[domain]!, thread, this.#deep(domain, thread));
  }

  /** An op is over: forgets what was noted at its begin. */
  endOp(thread: number): void {
    const { nestedBefore } = this.#layout;
    for (let domain = 1; domain < nestedBefore.length; domain++) this.#set(nestedBefore[domain]!, thread, 0);
  }

  /** Exchanges two threads of a program in all that is said of them here. */
  swap(one: number, other: number): void {
    const { words } = this.#machine;
    const { nesting, nestedBefore, waitsForReaders } = this.#layout;
    for (const at of [...nesting.slice(1), ...nestedBefore.slice(1)])
      words[at] = COUNTS.swapped(words[at]!, one, other);
    for (const at of waitsForReaders) {
      // The sets of the two, and the two in the sets of all.
      words[at] = exchangeBits(words[at]!, one, other, 8);
      for (const half of [at, at + 1]) words[half] = swappedInSets(words[half]!, one, other, [0, 8, 16, 24]);
    }
  }

  #deep(domain: number, thread: number): number {
    return COUNTS.of(this.#machine.words[this.#layout.nesting[domain]!]!, thread);
  }

  #set(at: number, thread: number, deep: number): void {
    this.#machine.words[at] = COUNTS.with(this.#machine.words[at]!, thread, deep);
  }
}

/** Exchanges two threads in sets of threads that share an integer. @param from the bits at which the sets begin */
export function swappedInSets(sets: number, one: number, other: number, from: readonly number[]): number {
  return from.reduce((all, bit) => exchangeBits(all, bit + one, bit + other, 1), sets);
}

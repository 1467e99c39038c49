import { Fact } from '../../oracles/lifetime.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { Access, IS_OF_LOCK, IS_PLAIN, NAMES_WORD, WordIndex } from './access.ts';
import type { CounterTouches } from './counter-touches.ts';
import { accessLock } from './lock-access.ts';
import { ownerCell } from './lock-cells.ts';
import type { MachineState } from './machine-state.ts';
import { SchemeCallbacks } from './scheme-callbacks.ts';
import type { Holds } from './scheme-holds.ts';
import { SchemeLater } from './scheme-later.ts';
import { type SchemeLayout, schemeLayout, wordAt } from './scheme-layout.ts';
import { hasLock, ownerCode } from './scheme-locks.ts';
import {
  changeSections,
  firstHolder,
  MOST_COUNTED,
  readers,
  sectionsOf,
  stopWaitingFor,
} from './scheme-words.ts';
import { applyToCell } from './tree-nodes.ts';
import { applyToWord, valueMet } from './wide-words.ts';

const { COUNT, NOTED, NOTE_WAITS, FREED } = WordIndex;

/** More than twice does not differ from twice, and without a bound there would be no end of states. */
const MOST_FREED = 2;

/**
 * What the accesses of a scheme do: to its words, to locks, to RCU, to the idle note, and to the object's memory. Whether
 * an access can be made at all (a free lock, the end of a grace period) is the machine's business.
 *
 * RCU is modelled by sets of threads, not by time: `call_rcu` notes who sits in a section at that moment, each of these is
 * taken off when it leaves its last one, and the callback may begin when none is left. That is the grace period.
 */
export class SchemeEffects {
  readonly #machine: MachineState;
  readonly #callbacks: SchemeCallbacks;
  readonly #name: string;
  /** By word: 1 where it lies in the object's memory. */
  readonly #inObject: Uint8Array;
  readonly layout: SchemeLayout;
  /** Absent where the scheme has nothing of time but its RCU callback. */
  readonly later: SchemeLater | undefined;
  /** Asked for each access, and known from the start. */
  readonly #isWide: boolean;
  readonly #hasOwners: boolean;
  /** Where those who have locks are noted, of all locks that have been met. */
  readonly locks: number[] = [];
  /** What the last access did wrong, as a number of `Fact`; 0 if nothing. */
  fact: number = Fact.NONE;
  /** For `freed-while-held` and its like: who held, and what, as a number of `holdKindsOf`. */
  holder = -1;
  hold = 0;
  readonly #holds: Holds | undefined;
  /** The word that says whether the resource runs; -1 where there is none. */
  readonly #resource: number;

  constructor(machine: MachineState, scheme: Scheme, touches: CounterTouches, holds: Holds | undefined) {
    this.#machine = machine;
    this.#holds = holds;
    this.#name = scheme.name;
    this.layout = schemeLayout(scheme);
    const outside = {
      useObject: (thread: number) => this.#useObject(thread),
      goesWrong: (fact: number) => this.#goesWrong(fact),
    };
    this.#callbacks = new SchemeCallbacks(machine, this.layout, touches, outside);
    const arms = (thread: number, which: number, isInObject: boolean) =>
      this.#callbacks.noteCaller(thread, which, isInObject);
    this.later = scheme.time && new SchemeLater(machine, scheme, this.layout, { ...outside, arms });
    const { length, own, pairs, resource } = this.layout;
    this.#resource = scheme.resource ? resource : -1;
    this.#inObject = new Uint8Array(length);
    this.#inObject[COUNT] = 1;
    scheme.words?.forEach(({ isInObject }, at) => {
      this.#inObject[own + at] = isInObject ? 1 : 0;
    });
    // Neighbours lie in the object, or do not, together.
    scheme.pairs?.forEach(([low], at) => {
      this.#inObject[pairs[at]!] = this.#inObject[wordAt(low)]!;
    });
    this.#isWide = this.layout.wide !== undefined;
    this.#hasOwners = this.layout.owners !== undefined;
  }

  /** Whether a word lies in the object's memory, and goes with it when that is freed. */
  isInObject(word: number): boolean {
    return this.#inObject[word] === 1;
  }

  /**
   * Makes the access of `node` for a thread that can make it.
   *
   * @returns its result, which chooses what the op does next; 0 where there is none
   * @throws InputError where the scheme nests RCU sections too deep
   */
  apply(thread: number, node: number): number {
    const { trees, words } = this.#machine;
    const kind = trees.kind[node]!;
    const word = trees.word[node]!;
    this.fact = Fact.NONE;
    this.holder = -1;
    if (kind === Access.RETURN) return 0;
    // The kinds that every scheme has come first: to look them up in a table is slower.
    const isOfWord = kind <= Access.UNLOCK || (kind > Access.BACK && NAMES_WORD[kind]);
    if (isOfWord && this.isInObject(word)) this.#useObject(thread);
    if (kind <= Access.COMPARE_EXCHANGE) {
      if (this.#isWide) return applyToWord(trees, node, words);
      return applyToCell(trees, node, words, word);
    }
    switch (kind) {
      case Access.LOCK:
        if (this.#hasOwners) return this.#lock(node, thread);
        this.#noteLock(word);
        words[word] = ownerCode(thread);
        return 0;
      case Access.UNLOCK:
        if (this.#hasOwners) return this.#lock(node, thread);
        if (words[word] !== ownerCode(thread)) this.#goesWrong(Fact.UNBALANCED);
        words[word] = 0;
        return 0;
      case Access.RCU_LOCK:
        this.#enterSection(thread);
        return 0;
      case Access.RCU_UNLOCK:
        this.#leaveSection(thread);
        return 0;
      case Access.RCU_CALL:
        this.#callbacks.queue(thread, node, this.later);
        return 0;
      case Access.RCU_CALLBACK:
        this.#callbacks.begin(trees.a[node]!, this.later);
        return 0;
      case Access.IDLE_NOTE:
        words[NOTED] = 1;
        words[NOTE_WAITS] = readers(words);
        return 0;
      case Access.IDLE_CLEAR:
        words[NOTED] = 0;
        words[NOTE_WAITS] = 0;
        return 0;
      case Access.IDLE_CHECK:
        if (words[NOTED] === 0) return 0;
        return words[NOTE_WAITS] === 0 ? 2 : 1;
      case Access.USE:
        this.#useObject(thread);
        if (this.#resource >= 0 && trees.a[node] === 0) this.#useResource();
        return 0;
      case Access.FREE:
        this.#freeObject(thread);
        return 0;
      default:
        if (IS_OF_LOCK[kind]) return this.#lock(node, thread);
        if (IS_PLAIN[kind]) return applyToWord(trees, node, words);
        return this.#applyFeature(thread, node);
    }
  }

  /**
   * The access of `node` reads a write that has been overwritten: nothing changes by it.
   *
   * @param value that the write had left
   * @returns its result, as `apply` gives it
   */
  readOlder(thread: number, node: number, value: number): number {
    this.fact = Fact.NONE;
    this.holder = -1;
    if (this.isInObject(this.#machine.trees.word[node]!)) this.#useObject(thread);
    return value;
  }

  /**
   * What only schemes with kinds of hold, words of a thread's own or a resource do: see scheme-holds.ts and thread-words.ts.
   * It is looked at last, and the others pay nothing for it.
   */
  #applyFeature(thread: number, node: number): number {
    const { trees, words } = this.#machine;
    const word = trees.word[node]!;
    switch (trees.kind[node]) {
      case Access.TAKE_OVER:
        this.#holds!.takeOver(thread, trees.callOf(node));
        return 0;
      case Access.LOAD_OWN:
        return words[word + thread]!;
      case Access.STORE_OWN:
        words[word + thread] = trees.a[node]!;
        return 0;
      case Access.THREAD:
        return this.#callbacks.threadNumber(thread);
      case Access.START:
        if (words[this.#resource] !== 0) this.#goesWrong(Fact.STARTED_TWICE);
        words[this.#resource] = 1;
        return 0;
      case Access.STOP:
        this.#stop();
        return 0;
      default:
        if (!this.later) throw new Error(`internal: thread ${thread} has no access to make`);
        return this.later.apply(thread, node);
    }
  }

  /** What a word holds, as trees number it. */
  met(word: number): number {
    const { trees, words } = this.#machine;
    return valueMet(trees, word, words);
  }

  /** Whether a thread has a lock. */
  hasLock(thread: number): boolean {
    return this.locks.some((word) => hasLock(this.#machine.words[word]!, thread));
  }

  #lock(node: number, thread: number): number {
    const { trees, words } = this.#machine;
    this.#noteLock(ownerCell(this.layout, trees.word[node]!));
    const { result, isBalanced } = accessLock(trees, node, words, thread);
    if (!isBalanced) this.#goesWrong(Fact.UNBALANCED);
    return result;
  }

  #noteLock(word: number): void {
    if (!this.locks.includes(word)) this.locks.push(word);
  }

  /** Of one access the first counts: a free of freed memory touches it as well. */
  #goesWrong(fact: number): void {
    if (this.fact === Fact.NONE) this.fact = fact;
  }

  /** What touches the count, or another word in the object, touches its memory: a fact once that has been freed. */
  #useObject(thread: number): void {
    if (this.#machine.words[FREED]! > 0 && !this.later?.reuse.mayLook(thread))
      this.#goesWrong(Fact.USE_AFTER_FREE);
  }

  /** To touch the object's memory is none: that stays where it is, whether or not the resource runs. */
  #useResource(): void {
    if (this.#machine.words[this.#resource] === 0) this.#goesWrong(Fact.USED_WHILE_STOPPED);
  }

  /** Who holds relies on it to run. A start is not asked for: nobody loses anything by that. */
  #stop(): void {
    const { words } = this.#machine;
    this.#findHolder();
    if (words[this.#resource] === 0) this.#goesWrong(Fact.STOPPED_TWICE);
    else if (this.holder >= 0) this.#goesWrong(Fact.STOPPED_WHILE_HELD);
    words[this.#resource] = 0;
  }

  /** Who would be harmed by the end of the object or of the resource; for the fact that is told. */
  #findHolder(): void {
    if (!this.#holds) {
      this.holder = firstHolder(this.#machine.words);
      return;
    }
    const first = this.#holds.first();
    this.holder = first?.thread ?? -1;
    this.hold = first?.kind ?? 0;
  }

  #freeObject(thread: number): void {
    const { words } = this.#machine;
    if (this.later?.frees(thread)) return;
    this.#findHolder();
    if (words[FREED]! > 0) this.#goesWrong(Fact.DOUBLE_FREE);
    else if (this.holder >= 0) this.#goesWrong(Fact.FREED_WHILE_HELD);
    words[FREED] = Math.min(words[FREED]! + 1, MOST_FREED);
  }

  /** Sections nest: a thread sits in one until it has left as many as it has entered. */
  #enterSection(thread: number): void {
    const { words } = this.#machine;
    if (sectionsOf(words, thread) === MOST_COUNTED)
      throw new InputError(this.#name, `takes the RCU read lock more than ${MOST_COUNTED} times over`);
    changeSections(words, thread, 1);
  }

  #leaveSection(thread: number): void {
    const { words } = this.#machine;
    if (sectionsOf(words, thread) === 0) {
      this.#goesWrong(Fact.UNBALANCED);
      return;
    }
    changeSections(words, thread, -1);
    if (sectionsOf(words, thread) > 0) return;
    if (this.later) this.later.leaves(0, thread);
    else stopWaitingFor(words, thread);
  }
}

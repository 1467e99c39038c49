import type { Scheme } from '../../targets/subject.ts';
import { Access, WordIndex } from '../access.ts';
import type { Machine } from '../machine.ts';
import type { Program } from '../program.ts';

/** What an access can touch, a bit each: the words by their numbers, and what stands for the rest of the world. */
const bit = (word: number) => 1 << word;
const COUNT = bit(WordIndex.COUNT);
const OBJECT = bit(WordIndex.FREED);
const RCU = bit(WordIndex.NESTING);
const CALLBACKS = bit(WordIndex.PENDING);
const IDLE = bit(WordIndex.NOTED);
const HELD = bit(WordIndex.HELD);

/**
 * Tells which accesses nobody else can observe.
 *
 * Of every op (and of the RCU callback) it is kept what its accesses have read and written so far: in all pairs of
 * ops, which are explored beforehand, and in the program itself.
 * An access is *local* when no other thread, in all that it has left to do, touches what the access touches, but for
 * both only reading. Making a local access at once loses nothing: it commutes with whatever else could have come
 * before it, and as it does not end its op, nobody's results differ in between.
 *
 * A footprint may grow while a program is explored. Then accesses may have been taken for local that are not, and the
 * program is explored again (`hasGrown`). This comes to an end since footprints only grow; and none is missed: take the
 * first access outside of the footprints in any run; all before it lie inside, so the search had its state.
 */
export class Footprints {
  readonly #machine: Machine;
  readonly #roles: Readonly<Record<string, Scheme['ops'][string]>>;
  /** Footprints: what is read in the lower half, what is written in the upper. By letter plus one. */
  #masks: number[] = [];
  #settled: readonly number[] = [];
  /** By thread, then position: the footprint of all that the thread has left. RCU comes last. */
  #masksFrom: number[][] = [];
  readonly #maskOfNode: number[] = [];
  readonly #noted: boolean[] = [];
  hasGrown = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#roles = machine.trees.subject.ops as Scheme['ops'];
  }

  /** Keeps what is known by now as where every program begins, so that none depends on those before it. */
  settle(): void {
    this.#settled = [...this.#masks];
  }

  /** Call it before a program is explored for the first time. */
  reset(): void {
    if (this.#masks.every((mask, at) => mask === this.#settled[at])) return;
    this.#masks = [...this.#settled];
    this.#noted.length = 0;
  }

  /** Call it whenever the exploration of a program begins, perhaps anew. */
  begin({ threads }: Program): void {
    this.hasGrown = false;
    this.#masksFrom = threads.map((letters) => this.#suffixes(letters));
    this.#masksFrom.push([this.#masks[0] ?? 0]);
  }

  #suffixes(letters: readonly number[]): number[] {
    const from = new Array<number>(letters.length + 1).fill(0);
    for (let at = letters.length - 1; at >= 0; at--)
      from[at] = from[at + 1]! | (this.#masks[letters[at]! + 1] ?? 0);
    return from;
  }

  /** Whether nobody else can observe the next access of a thread. */
  isLocal(thread: number): boolean {
    const { threadCount, position } = this.#machine;
    const mask = this.#maskOf(this.#machine.node[thread]!);
    const writes = mask >>> 16;
    // Where the count stands names the boundary also of ops that never look at it.
    if (writes & COUNT) return false;
    const touched = (mask & 0xffff) | writes;
    for (let other = 0; other <= threadCount; other++) {
      if (other === thread) continue;
      const at = other === threadCount ? 0 : position[other]!;
      const theirs = this.#masksFrom[other]![at]!;
      if (((theirs >>> 16) & touched) | (theirs & 0xffff & writes)) return false;
    }
    return true;
  }

  /** Notes the access that a thread is about to make. */
  note(thread: number): void {
    const node = this.#machine.node[thread]!;
    if (this.#noted[node]) return;
    this.#noted[node] = true;
    const letter = this.#machine.trees.letterOf(node) + 1;
    const known = this.#masks[letter] ?? 0;
    const mask = known | this.#maskOf(node);
    if (mask === known) return;
    this.#masks[letter] = mask;
    this.hasGrown = true;
  }

  #maskOf(node: number): number {
    const known = this.#maskOfNode[node];
    if (known !== undefined) return known;
    const mask = this.#read(node) | (this.#written(node) << 16);
    this.#maskOfNode[node] = mask;
    return mask;
  }

  #read(node: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    // Whatever touches the count touches the object's memory, and it may have been freed.
    if (kind <= Access.COMPARE_EXCHANGE) {
      const word = trees.word[node]!;
      return kind === Access.STORE && word !== WordIndex.COUNT ? 0 : bit(word) | (word === 0 ? OBJECT : 0);
    }
    return READS[kind] ?? (kind <= Access.UNLOCK ? bit(trees.word[node]!) : 0);
  }

  #written(node: number): number {
    const { trees } = this.#machine;
    const kind = trees.kind[node]!;
    const put = trees.isRoot[node] === 1 && this.#isPut(trees.letterOf(node)) ? HELD : 0;
    if (kind === Access.LOAD) return put;
    if (kind <= Access.UNLOCK) return put | bit(trees.word[node]!);
    return put | (WRITES[kind] ?? 0);
  }

  #isPut(letter: number): boolean {
    return letter >= 0 && this.#roles[this.#machine.trees.alphabet.letter(letter).op]!.role === 'put';
  }
}

const READS: Readonly<Record<number, number>> = {
  [Access.RCU_CALL]: RCU | CALLBACKS,
  [Access.RCU_CALLBACK]: RCU | CALLBACKS,
  [Access.IDLE_NOTE]: IDLE | RCU,
  [Access.IDLE_CLEAR]: IDLE,
  [Access.IDLE_CHECK]: IDLE | RCU,
  [Access.USE]: OBJECT,
  [Access.FREE]: OBJECT | HELD,
};

const WRITES: Readonly<Record<number, number>> = {
  [Access.RCU_LOCK]: RCU,
  [Access.RCU_UNLOCK]: RCU,
  [Access.RCU_CALL]: CALLBACKS,
  [Access.RCU_CALLBACK]: CALLBACKS,
  [Access.IDLE_NOTE]: IDLE,
  [Access.IDLE_CLEAR]: IDLE,
  [Access.FREE]: OBJECT,
};

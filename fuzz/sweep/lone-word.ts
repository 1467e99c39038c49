import {
  type BitChange,
  bitsChanged,
  type KEEP,
  type Warning,
  type Word,
} from '../../targets/subject/word.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';

/**
 * A word that nobody else touches: every op on it is indivisible, and `update` never fails.
 *
 * V8 inlines all of it into the loop of a sweep and keeps the fields in registers, without ever making the object. That
 * is why the fields are declared and then assigned, and why `update` asks for the type and not for KEEP.
 *
 * Every store folds to 32 bits, as a word does.
 */
export class LoneWord implements Word {
  declare value: number;
  /** The texts of the warnings that ought to come. In their order; a warning out of turn is an unexpected one. */
  declare expected: readonly string[];
  /** How many of these came, each in its turn; UNEXPECTED once another one did. */
  declare heard: number;

  constructor(value: number, expected: readonly string[]) {
    this.value = value;
    this.expected = expected;
    this.heard = 0;
  }

  load(): number {
    return this.value;
  }

  store(value: number): void {
    this.value = value | 0;
  }

  exchange(value: number): number {
    const old = this.value;
    this.value = value | 0;
    return old;
  }

  fetchAdd(value: number): number {
    const old = this.value;
    this.value = (old + value) | 0;
    return old;
  }

  fetchSub(value: number): number {
    const old = this.value;
    this.value = (old - value) | 0;
    return old;
  }

  fetchBits(how: BitChange, value: number): number {
    const old = this.value;
    this.value = bitsChanged(old, how, value);
    return old;
  }

  compareExchange(expected: number, desired: number): number {
    const old = this.value;
    if (old === (expected | 0)) this.value = desired | 0;
    return old;
  }

  update(next: (old: number) => number | typeof KEEP): number {
    const old = this.value;
    const desired = next(old);
    if (typeof desired === 'number') this.value = desired | 0;
    return old;
  }

  repeat(round: () => boolean): void {
    for (let rounds = 0; !round(); rounds++) {
      if (rounds === MOST_ROUNDS) throw new NonTerminatingOp(`an op, at ${this.value},`);
    }
  }

  /** Nobody is there to see an order. */
  fence(): void {}

  warn(warning: Warning): void {
    this.heard = this.expected[this.heard] === warning.text ? (this.heard + 1) | 0 : UNEXPECTED;
  }
}

/**
 * A loop with more rounds on a word that nobody else touches never ends. Only `repeat` is bounded here: counting every
 * access would slow down the loop of a sweep.
 */
const MOST_ROUNDS = 100_000;

/**
 * No list is as long, so it stays, and no count of warnings equals it. The next warning finds no text at this index
 * either.
 */
const UNEXPECTED = 0x3fffffff;

/**
 * A word that keeps the warnings. Slower, for it makes a list; a sweep uses it for the first values of a segment only.
 */
export class NotingWord extends LoneWord {
  readonly warnings: string[] = [];

  override warn({ text }: Warning): void {
    this.warnings.push(text);
  }
}

/**
 * An op that makes more accesses to a word that nobody else touches never returns. A loop as long as a large value is
 * stopped as well: `DirectLockstep` makes no fault of it.
 */
const MOST_ACCESSES = 1000;

/**
 * A word that stops an op that does not return, whatever loop it is in. Counting accesses makes it slower. One object
 * serves a whole batch.
 */
export class BoundedWord extends LoneWord {
  #accesses = 0;
  /** Its warnings, `#warned` of them. Never made shorter: an empty array would be allocated anew at the next warning. */
  readonly #texts: string[] = [];
  #warned = 0;
  #told: readonly string[] = [];

  constructor(value: number) {
    super(value, []);
  }

  /** Begins with the next op. */
  restart(value: number): void {
    this.value = value;
    this.#warned = 0;
    this.#accesses = 0;
  }

  override warn({ text }: Warning): void {
    this.#texts[this.#warned++] = text;
  }

  /** The texts of its warnings so far: the same list as the last time, if they are the same. */
  get warnings(): readonly string[] {
    if (!this.#isTold()) this.#told = this.#texts.slice(0, this.#warned);
    return this.#told;
  }

  /** Whether the list that was handed out last says what this op has warned of. */
  #isTold(): boolean {
    if (this.#told.length !== this.#warned) return false;
    for (let at = 0; at < this.#warned; at++) if (this.#told[at] !== this.#texts[at]) return false;
    return true;
  }

  /** Whether both have warned of the same, in the same order. */
  hasWarnedLike(other: BoundedWord): boolean {
    if (this.#warned !== other.#warned) return false;
    for (let at = 0; at < this.#warned; at++) if (this.#texts[at] !== other.#texts[at]) return false;
    return true;
  }

  override load(): number {
    this.#count();
    return this.value;
  }

  override store(value: number): void {
    this.#count();
    super.store(value);
  }

  override exchange(value: number): number {
    this.#count();
    return super.exchange(value);
  }

  override fetchAdd(value: number): number {
    this.#count();
    return super.fetchAdd(value);
  }

  override fetchSub(value: number): number {
    this.#count();
    return super.fetchSub(value);
  }

  override fetchBits(how: BitChange, value: number): number {
    this.#count();
    return super.fetchBits(how, value);
  }

  override compareExchange(expected: number, desired: number): number {
    this.#count();
    return super.compareExchange(expected, desired);
  }

  override update(next: (old: number) => number | typeof KEEP): number {
    this.#count();
    return super.update(next);
  }

  /** Throws at the access that is one too many. */
  #count(): void {
    if (++this.#accesses > MOST_ACCESSES) throw new NonTerminatingOp(`an op, at ${this.value},`);
  }
}

/** Whatever answers the choices of a search: an op, an argument, a thread. */
export interface Choices {
  /** @returns an integer from 0 to `bound - 1`; `bound` is 1 to 2³¹ */
  below(bound: number): number;
}

/**
 * Random choices: xoshiro128** (Blackman and Vigna, 2018) on 32-bit integers, so that every platform draws
 * the same. Reducing by multiplication is biased by less than bound / 2³².
 */
export class RandomChoices implements Choices {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  constructor(seed: number, iteration: number) {
    this.restart(seed, iteration);
  }

  /**
   * Starts the stream of one iteration. Each word of the state is mixed from all 106 bits of the two numbers,
   * with a constant of its own, so that neither iterations nor seeds share a stream; any worker can run
   * iteration n alone.
   *
   * @param seed a non-negative integer below 2⁵³; so is the iteration
   */
  restart(seed: number, iteration: number): void {
    this.#a = wordOf(0x9e3779b9, seed, iteration);
    this.#b = wordOf(0x243f6a88, seed, iteration);
    this.#c = wordOf(0xb7e15162, seed, iteration);
    // Never all zero, which xoshiro would not leave.
    this.#d = wordOf(0x6a09e667, seed, iteration) | 1;
  }

  below(bound: number): number {
    const five = Math.imul(this.#b, 5);
    const drawn = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return Math.floor((drawn * bound) / 2 ** 32);
  }
}

/** A word of the state of (seed, iteration): each half of either is mixed in. */
function wordOf(constant: number, seed: number, iteration: number): number {
  let state = mix(((constant ^ seed) + constant) | 0);
  state = mix(((state ^ Math.floor(seed / 2 ** 32)) + constant) | 0);
  state = mix(((state ^ iteration) + constant) | 0);
  return mix(((state ^ Math.floor(iteration / 2 ** 32)) + constant) | 0);
}

/** The finaliser of MurmurHash3: every bit of the input changes every bit of the output. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Every sequence of choices, in lexicographic order: run the body, then `next`, until it says false. The body
 * must choose deterministically from what it was answered.
 */
export class ExhaustiveChoices implements Choices {
  readonly #taken: number[] = [];
  readonly #bounds: number[] = [];
  #at = 0;

  below(bound: number): number {
    if (this.#at === this.#taken.length) {
      this.#taken.push(0);
      this.#bounds.push(bound);
    }
    if (this.#bounds[this.#at] !== bound)
      throw new Error('internal: the choices offered are not deterministic');
    return this.#taken[this.#at++]!;
  }

  /** Goes to the next sequence. @returns false when all have been seen */
  next(): boolean {
    this.#at = 0;
    while (this.#taken.length > 0) {
      const last = this.#taken.length - 1;
      if (++this.#taken[last]! < this.#bounds[last]!) return true;
      this.#taken.pop();
      this.#bounds.pop();
    }
    return false;
  }
}

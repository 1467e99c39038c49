/** A stream of random numbers from a seed (mulberry32). Two seeds give two streams that have nothing in common. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  }

  /** @returns an integer from 0 to `bound - 1` */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  /** @returns true once in `of` times */
  once(of: number): boolean {
    return this.below(of) === 0;
  }

  /** @returns one of a list */
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

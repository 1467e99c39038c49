import { IDLE, type Monitor } from './monitor.ts';

/**
 * The monitors of one machine as one. Explorers call `access` and `isSettled` for every transition, so these two name the
 * first three monitors (those of the default oracles) in places of their own: each place then calls one class, which V8 can
 * inline, where a loop over a list calls many. Everything else is rare, and a loop.
 */
export class Monitors {
  readonly #all: readonly Monitor[];
  readonly #first: Monitor;
  readonly #second: Monitor;
  readonly #third: Monitor;
  readonly #others: readonly Monitor[];
  /** Those that remember something of each thread. */
  readonly #ofThreads: readonly Monitor[];

  constructor(all: readonly Monitor[]) {
    this.#all = all;
    [this.#first = IDLE, this.#second = IDLE, this.#third = IDLE] = all;
    this.#others = all.slice(3);
    this.#ofThreads = all.filter(({ swapThreads }) => swapThreads);
  }

  get count(): number {
    return this.#all.length;
  }

  /** Whether all are settled. */
  get isSettled(): boolean {
    // Backwards: `sticky`, the third by default, knows at once.
    if (!this.#third.isSettled || !this.#second.isSettled || !this.#first.isSettled) return false;
    for (const monitor of this.#others) if (!monitor.isSettled) return false;
    return true;
  }

  access(): void {
    this.#first.access();
    this.#second.access();
    this.#third.access();
    for (const monitor of this.#others) monitor.access();
  }

  start(value: number, threads: readonly (readonly number[])[]): void {
    for (const monitor of this.#all) monitor.start(value, threads);
  }

  end(): void {
    for (const monitor of this.#all) monitor.end?.();
  }

  settle(): void {
    for (const monitor of this.#all) monitor.settle();
  }

  swapThreads(one: number, other: number): void {
    for (const monitor of this.#ofThreads) monitor.swapThreads!(one, other);
  }

  /** The first monitor that tells the threads apart decides. */
  compareThreads(one: number, other: number): number {
    for (const monitor of this.#ofThreads) {
      const order = monitor.compareThreads?.(one, other) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }
}

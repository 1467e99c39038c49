import type { Host } from '../workers/host.ts';

/** Says when the next status is due, to a search that passes by often. */
export class Cadence {
  readonly #host: Host;
  readonly #interval: number;
  /** When the next status is due, by the host's clock. 0: at once. */
  #due = 0;

  /** @param interval milliseconds */
  constructor(host: Host, interval: number) {
    this.#host = host;
    this.#interval = interval;
  }

  /** True once in an interval, the first time at once. */
  isDue(): boolean {
    const now = this.#host.now();
    if (now < this.#due) return false;
    this.#due = now + this.#interval;
    return true;
  }
}

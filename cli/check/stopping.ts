/**
 * Milliseconds that programs under way have to be decided, once the user wants an end. The process ends on the spot after 1.8 s,
 * and what was found wants to be told before.
 */
const GRACE = 500;

/** How a check is ended by its user: no new programs at once, and those under way are given up after a moment. */
export class Stopping {
  readonly #givenUp = new AbortController();
  /** Whether the user wants an end. */
  interrupted = false;

  /** Aborted when what is under way is to be given up. */
  get signal(): AbortSignal {
    return this.#givenUp.signal;
  }

  stop(): void {
    this.interrupted = true;
    setTimeout(() => this.#givenUp.abort(), GRACE).unref();
  }
}

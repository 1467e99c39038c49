/** Milliseconds that programs under way have to be decided, once the user wants an end. */
const GRACE = 1_000;

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

import { Deadline, type Interrupt } from '../../fuzz/run/interrupt.ts';

/**
 * Milliseconds that programs under way have to be decided, once the user wants an end. The process ends on the spot after 1.8 s,
 * and what was found wants to be told before.
 */
const GRACE = 500;

/** Milliseconds after that wish in which causes are asked for: the rest is for printing them. */
const ASKED = 1_200;

/** How a check is ended by its user: no new programs at once, and those under way are given up after a moment. */
export class Stopping {
  readonly #givenUp = new AbortController();
  /** Whether the user wants an end. */
  interrupted = false;
  #since = Number.POSITIVE_INFINITY;

  /** Gives up asking why, where the user has waited long enough: what was found is told without its causes then. */
  readonly asking: Interrupt = new Deadline(() => performance.now() - this.#since > ASKED);

  /** Aborted when what is under way is to be given up. */
  get signal(): AbortSignal {
    return this.#givenUp.signal;
  }

  stop(): void {
    this.interrupted = true;
    this.#since = Math.min(this.#since, performance.now());
    setTimeout(() => this.#givenUp.abort(), GRACE).unref();
  }
}

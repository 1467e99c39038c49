/**
 * How far the end of a search has come, as it stands in a cell that threads share.
 *
 *     NOT      search
 *     SOON     end after the iteration under way, and make cases of what was met
 *     NOW      give up what is under way; what is not finished does not count
 */
export const STOP = { NOT: 0, SOON: 1, NOW: 2 } as const;

/** Thrown out of work that is given up. What it had come to is worth nothing, unless whoever catches it knows better. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}

/**
 * Lets long work be given up from outside: whatever may take long looks now and then. A look costs a read of memory, so
 * it can be had for each state of an exploration and each run of an op.
 */
export class Interrupt {
  readonly #cell: Int32Array;

  /** @param cell its first element is one of `STOP`; somebody else writes it */
  constructor(cell: Int32Array = new Int32Array(1)) {
    this.#cell = cell;
  }

  /** Whether the search is to end, soon or now. */
  get isStopping(): boolean {
    return Atomics.load(this.#cell, 0) !== STOP.NOT;
  }

  /** @throws Interrupted when what is under way is to be given up */
  look(): void {
    if (Atomics.load(this.#cell, 0) === STOP.NOW) throw new Interrupted();
  }
}

/** Of work on a thread that hears nobody meanwhile: it asks by itself whether its time is over. */
export class Deadline extends Interrupt {
  readonly #isOver: () => boolean;

  constructor(isOver: () => boolean) {
    super();
    this.#isOver = isOver;
  }

  override get isStopping(): boolean {
    return this.#isOver();
  }

  override look(): void {
    if (this.#isOver()) throw new Interrupted();
  }
}

/** Of work that nobody gives up. */
export const NEVER = new Interrupt();

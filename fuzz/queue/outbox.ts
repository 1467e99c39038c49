/**
 * Sends in order, and what comes while something is on its way goes with the next. A server asks the same for a message of
 * one thing as for one of thirty.
 *
 *     add a ─▶ sends [a] ……… arrived ─▶ sends [b, c] …
 *         add b, add c ┘
 */
export class Outbox<Item> {
  readonly #send: (items: readonly Item[]) => Promise<void>;
  #waiting: Item[] = [];
  /** The one under way, and the one that takes what waits. */
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** @param send must succeed, if it takes for ever */
  constructor(send: (items: readonly Item[]) => Promise<void>) {
    this.#send = send;
  }

  /** @returns when it has arrived */
  add(item: Item): Promise<void> {
    this.#waiting.push(item);
    this.#next ??= this.#last = this.#last.then(() => {
      const items = this.#waiting;
      this.#waiting = [];
      this.#next = undefined;
      return this.#send(items);
    });
    return this.#next;
  }
}

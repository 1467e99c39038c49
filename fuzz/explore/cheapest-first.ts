/** What can be queued. */
interface Priced {
  readonly cost: number;
}

/**
 * A queue that gives the cheapest entry first: a binary heap. Which of several equally cheap ones comes first depends on
 * nothing but the order of the calls, so a search that uses it ends the same way each time.
 */
export class CheapestFirst<T extends Priced> {
  /** The entries below number n are 2n + 1 and 2n + 2; none is cheaper than the one above it. */
  readonly #heap: T[] = [];
  readonly #compare: (one: T, other: T) => number;

  /** @param compare orders entries, also those that are equally cheap; by their costs alone if left out */
  constructor(compare: (one: T, other: T) => number = (one, other) => one.cost - other.cost) {
    this.#compare = compare;
  }

  /** Adds an entry. */
  push(entry: T): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#compare(entry, heap[above]!) >= 0) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  /** Takes the cheapest entry out. @returns undefined when the queue is empty */
  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (this.#heap.length > 0) this.#sink(last!);
    return first;
  }

  /** Puts an entry in the place of the first one, and then where it belongs. */
  #sink(entry: T): void {
    const heap = this.#heap;
    const parents = heap.length >> 1;
    let at = 0;
    while (at < parents) {
      let below = 2 * at + 1;
      if (below + 1 < heap.length && this.#compare(heap[below + 1]!, heap[below]!) < 0) below++;
      if (this.#compare(heap[below]!, entry) >= 0) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = entry;
  }
}

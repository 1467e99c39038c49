import type { Scheme } from '../../targets/subject/subject.ts';
import { type OrderShape, orderShape } from './order-cells.ts';
import type { SchemeLayout } from './scheme-layout.ts';

/** The words of a scheme that have accesses with an order, and what carries what is known beside them, by number. */
export class OrderWords {
  readonly shape: OrderShape;
  /** Carriers that no word of the scheme is: what callers of call_rcu have handed on, with which a callback begins. */
  readonly called: number;
  /** What readers knew as they left. */
  readonly left: number;
  /** What whoever has made the idle note knew. */
  readonly noted: number;
  /** Of uses: what is handed on where all is in order. Of words: what grace periods have told everybody. */
  readonly handed: number;
  /** By number of a word in the machine: its place among those with an order. */
  readonly #indexOf: Uint8Array;

  constructor(scheme: Scheme, layout: SchemeLayout) {
    this.shape = orderShape(scheme, layout.laterThreads)!;
    const { words } = this.shape;
    this.called = words.length;
    this.left = this.called + 1;
    this.noted = this.called + 2;
    this.handed = this.called + 3;
    this.#indexOf = new Uint8Array(layout.length);
    words.forEach((word, at) => {
      this.#indexOf[word] = at;
    });
    for (const pair of layout.pairs) this.#indexOf[pair] = this.#indexOf[layout.wide!.get(pair)!.low]!;
  }

  /** The place of a word among those with an order. @param word by its number in the machine */
  indexOf(word: number): number {
    return this.#indexOf[word]!;
  }

  /** The number of a word's history; -1 for one without. @param word by its number in the machine */
  historyOf(word: number): number {
    // A pair goes by its lower half, which has none.
    return this.shape.histories[this.#indexOf[word]!]!;
  }
}

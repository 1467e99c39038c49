import type { Scheme } from '../../targets/subject/subject.ts';
import { Access, PayloadUse, SCHEME_WORDS } from './access.ts';
import type { TreeNodes } from './tree-nodes.ts';

/**
 * Which place of the payload an access is of. What no op can write has no place: reads alone do not race.
 *
 *     refuzz_write(), refuzz_use()       the object as a whole: place 0, where some op writes it
 *     REFUZZ_PAYLOAD(key)                each such word: places behind that
 *     an atomic op on such a word        none: it does not race, and what it orders is its order's business
 */
export class PayloadPlaces {
  readonly #trees: TreeNodes;
  /** Of the object as a whole; -1 if nobody writes that. */
  readonly #whole: number;
  /** Each word's place, by its number in the machine; -1 for one that is no payload. */
  readonly #ofWord: readonly number[];

  constructor(scheme: Scheme, trees: TreeNodes) {
    this.#trees = trees;
    this.#whole = scheme.writesPayload ? 0 : -1;
    let place = this.#whole;
    const own = (scheme.words ?? []).map(({ isPayload }) => {
      if (!isPayload) return -1;
      place++;
      return place;
    });
    this.#ofWord = [...new Array<number>(SCHEME_WORDS).fill(-1), ...own];
  }

  /** @returns -1 for an access of no place */
  placeOf(node: number): number {
    const trees = this.#trees;
    switch (trees.kind[node]) {
      case Access.USE:
        return trees.b[node] === 0 ? -1 : this.#whole;
      case Access.LOAD:
      case Access.STORE:
        return this.#ofWord[trees.word[node]!] ?? -1;
      default:
        return -1;
    }
  }

  /** Whether an access of a place writes it. */
  writes(node: number): boolean {
    const { kind, b } = this.#trees;
    return kind[node] === Access.STORE || (kind[node] === Access.USE && b[node] === PayloadUse.WRITE);
  }
}

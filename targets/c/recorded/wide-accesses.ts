import type { WideWord } from '../../subject/wide-word.ts';
import type { Places } from './places.ts';
import { pairsOf } from './word-pairs.ts';

/** The words of 8 bytes, and pairs of words of 4, that a run works on. */
export interface WideSurroundings {
  /** By number of a place; undefined for those of other sizes. */
  readonly wide?: readonly (WideWord | undefined)[];
  /** By the order in which `pairsOf` has them. */
  readonly pairs?: readonly WideWord[];
}

/**
 * Which word, or pair of words, an access of 8 bytes is of. One that begins in the middle of a word, or ends there, is of
 * none: a word is accessed as a whole, and who makes a half of it tells the compiler so with a type.
 */
export class WideAccesses {
  readonly #places: Places;
  /** Those of the first words: their list grows while words are sought. */
  #pairs: ReturnType<typeof pairsOf> = [];
  #known = 0;

  constructor(places: Places) {
    this.#places = places;
  }

  /** @param number of the place that begins at the address. @returns undefined where there is no word of 8 bytes */
  at(around: WideSurroundings, number: number, address: number): WideWord | undefined {
    const place = this.#places.list[number]!;
    if (place.address !== address) return undefined;
    if (place.size === 8) return around.wide?.[number];
    return around.pairs?.[this.#pairsNow().findIndex(([low]) => low === number)];
  }

  #pairsNow(): ReturnType<typeof pairsOf> {
    const { list } = this.#places;
    if (list.length !== this.#known) this.#pairs = pairsOf(list);
    this.#known = list.length;
    return this.#pairs;
  }
}

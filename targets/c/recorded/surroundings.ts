import type { Lock, RcuObject } from '../../subject/rcu-object.ts';
import type { Word } from '../../subject/word.ts';
import type { WideSurroundings } from './wide-accesses.ts';

/** What a run of an op works on: the words and locks by number of their place, and for a scheme what else there is. */
export interface Surroundings extends WideSurroundings {
  readonly op: string;
  readonly words: readonly Word[];
  readonly locks: readonly Lock[];
  readonly object?: RcuObject;
}

/**
 * An op that makes more accesses than this in one run is taken for one that never returns. A loop that
 * makes no access is ended by the fuel of the interpreter.
 */
export const MOST_ACCESSES = 1000;
/** The same for warnings, which are no accesses: their texts are kept, and stored with a case. */
export const MOST_WARNINGS = 32;

/** The count is the first place; a lock there is refused when it is used. */
export function surroundings(op: string, object: RcuObject): Surroundings {
  return new ObjectSurroundings(op, object);
}

/** They are put together when they are asked for: an op runs once for each node of its tree, and most have no lock. */
class ObjectSurroundings implements Surroundings {
  readonly op: string;
  readonly object: RcuObject;
  #words: readonly Word[] | undefined;
  #locks: readonly Lock[] | undefined;

  constructor(op: string, object: RcuObject) {
    this.op = op;
    this.object = object;
  }

  get words(): readonly Word[] {
    if (this.#words) return this.#words;
    const { count, words, threadWords } = this.object;
    this.#words = [count, ...words, ...threadWords];
    return this.#words;
  }

  get locks(): readonly Lock[] {
    this.#locks ??= [this.object.lock, ...this.object.locks];
    return this.#locks;
  }

  get wide(): RcuObject['wide'] {
    return this.object.wide;
  }

  get pairs(): RcuObject['pairs'] {
    return this.object.pairs;
  }
}

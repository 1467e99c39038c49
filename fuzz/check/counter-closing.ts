import { amountsOf } from '../../oracles/holdings.ts';
import { mayTellLast, tellsLast } from '../../oracles/ledger.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { COUNT_TOO_HIGH, COUNT_TOO_LOW } from './soundness-facts.ts';

/** More references than this are not put one by one. */
const MOST_PUT = 64;

/**
 * How a program's end is judged while references are still held: all who hold put, one after the other and nobody else at
 * the same time. Only the last of them may be told that it was. So a lost update shows in the program that loses it, and
 * not only in a longer one that puts everything.
 *
 *     start 2 │ inc: load 2 │ dec_and_test: 2 → 1 │ inc: store 3      two references are held, and the word says 3
 *     then    │ put: false  │ put: false                              nobody is told: the count is too high
 */
export class Closing {
  readonly #trees: TransitionTrees;
  /** A put of one reference that tells; undefined where the counter has none. */
  readonly #put: number | undefined;
  /** By word and references held: 1 where all goes well. */
  readonly #known = new PairMap(256);

  /** @param calls of the target */
  constructor(trees: TransitionTrees, calls: readonly number[]) {
    this.#trees = trees;
    this.#put = calls.find((call) => {
      const called = trees.alphabet.call(call);
      // `dec_if_one` puts the last one only.
      return called.op !== 'dec_if_one' && mayTellLast(called.op) && amountsOf(called)?.puts === 1;
    });
  }

  /** @param held the references that are held in all, 1 or more */
  judge(word: number, held: number): string | undefined {
    // With a right count only a put can go wrong, and a program that has that put shows it.
    if (this.#put === undefined || word === held || held > MOST_PUT) return undefined;
    let goesWell = this.#known.get(word, held);
    if (goesWell < 0) {
      goesWell = this.#goesWell(this.#put, word, held) ? 1 : 0;
      this.#known.set(word, held, goesWell);
    }
    if (goesWell === 1) return undefined;
    return word < held ? COUNT_TOO_LOW : COUNT_TOO_HIGH;
  }

  #goesWell(put: number, start: number, held: number): boolean {
    const { specification, alphabet, subject } = this.#trees;
    const { op, a } = alphabet.call(put);
    let word = start;
    for (let left = held; left > 0; left--) {
      const done = returns(() => specification.atomically(put, word));
      if (done === undefined) return false;
      const { result, warnings } = specification.outcomeOf(specification.atomicOutcome(done));
      word = specification.atomicValue(done);
      if (warnings.length > 0 || (subject as Counter).inSaturation?.(word)) return false;
      if (tellsLast(op, a, result) !== (left === 1)) return false;
    }
    return true;
  }
}

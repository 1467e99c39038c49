import { isOfOrder } from '../../oracles/lifetime.ts';
import type { Program } from '../program/program.ts';
import { inAlphabetOf } from '../run/alphabets.ts';
import type { Harness } from '../run/harness.ts';
import type { SchemeAnswer, SchemeComparison } from './scheme-answer.ts';
import type { SchemeDivergence } from './scheme-differences.ts';

/**
 * What memory orders add to the answer that interleavings give: a program in which only the subject leaves a use, a free or
 * payload out of order is compared once more under the kernel's memory model, which says by which op, and shows it. What else it
 * says there is none of the answer.
 */
export class OrderNews {
  readonly #harness: Harness;
  readonly #twin: Harness;
  readonly #make: () => SchemeComparison;
  #comparison: SchemeComparison | undefined;

  /** @param twin see `orderTwin` @param make makes its comparison, which most targets never need */
  constructor(harness: Harness, twin: Harness, make: () => SchemeComparison) {
    this.#harness = harness;
    this.#twin = twin;
    this.#make = make;
  }

  /** @returns undefined where it cannot be decided what orders show */
  addTo(answer: SchemeAnswer, program: Program): SchemeAnswer | undefined {
    const told = this.#compared().compare(this.#there(program));
    if (!told) return undefined;
    const isNews = ({ divergence: { kind, judgement } }: SchemeDivergence) =>
      isOfOrder(kind) && judgement !== 'protects';
    const news = [...told.divergences].filter(([, divergence]) => isNews(divergence));
    return { ...answer, divergences: new Map([...answer.divergences, ...news]) };
  }

  /** The cheapest schedule under the kernel's memory model. */
  cheapest(program: Program, signature: string): number[] | undefined {
    return this.#compared().cheapest(this.#there(program), signature);
  }

  #compared(): SchemeComparison {
    this.#comparison ??= this.#make();
    return this.#comparison;
  }

  #there(program: Program): Program {
    return inAlphabetOf(this.#twin, program, this.#harness);
  }
}

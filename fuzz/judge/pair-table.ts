import type { Divergence } from '../../oracles/divergence.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Choices } from '../program/choices.ts';
import { grown, grownBytes } from '../run/grown.ts';
import type { Harness } from '../run/harness.ts';
import { comparePair, type Pair } from './lockstep.ts';

/** What stands for a pair that is not run. */
function unmoved(value: number): Pair {
  const alone = { result: undefined, value, warnings: [] };
  return { reference: alone, subject: alone, divergences: [] };
}

/** Entries; then all are forgotten. More of them make campaigns no faster. */
const ENTRY_LIMIT = 1 << 16;

/** Of `#told`: there is nothing to tell of the pair. */
const NEVER = -1;

/** What is called with a pair that diverges. */
export type OnPair = (call: number, old: number, divergences: readonly Divergence[]) => void;

/**
 * The fast path of lockstep. An op of a counter, started on a word that nobody else touches, is a function of
 * the old value; so each (op, value) pair is run and judged once, by `comparePair`, and met again as one
 * look-up. The boundaries have some thousand such pairs, and a campaign meets them millions of times.
 */
export class PairTable {
  readonly #harness: Harness;
  readonly #begins: (call: number, old: number) => boolean;
  /** From (call, old) to the row. */
  readonly #index = new PairMap(4096);
  /** By pair: the values both sides ended with, and 1 where these differ. */
  #referenceValue = new Int32Array(4096);
  #subjectValue = new Int32Array(4096);
  #parts = new Uint8Array(4096);
  /** By pair: in which tally it was told; NEVER for one that does not diverge. */
  #told = new Int32Array(4096);
  readonly #divergences = new Map<number, readonly Divergence[]>();
  #tally = 0;
  #size = 0;

  /** @param begins told of each pair before it is first run; false leaves it out: it counts as one that does nothing */
  constructor(harness: Harness, begins: (call: number, old: number) => boolean = () => true) {
    this.#harness = harness;
    this.#begins = begins;
  }

  /**
   * A new tally: each pair that diverges is told once more. What is told must not depend on what the table held before, so
   * there is room for what a tally may meet, and nothing is forgotten meanwhile.
   *
   * @param room pairs that it may meet
   */
  begin(room: number): void {
    this.#tally++;
    if (this.#size > ENTRY_LIMIT - room) this.#forget();
  }

  /**
   * Looks a pair up, or runs it. After a pair was forgotten it is run, and told, again.
   *
   * @param onPair see `walk`
   * @returns its index
   */
  visit(call: number, value: number, onPair: OnPair): number {
    const known = this.#index.get(call, value);
    if (known >= 0) {
      const told = this.#told[known]!;
      if (told === NEVER || told === this.#tally) return known;
      this.#told[known] = this.#tally;
      onPair(call, value, this.#divergences.get(known)!);
      return known;
    }
    const { divergences } = this.#compare(call, value);
    if (divergences.length > 0) onPair(call, value, divergences);
    return this.#size - 1;
  }

  /**
   * Runs a random walk of ops on both sides.
   *
   * After a divergence both sides are brought to one value again, either way, and the walk goes on, so that
   * a known divergence hides nothing.
   *
   * @param onPair called for a pair that diverges when it is met for the first time in a tally
   * @returns the value at the end
   */
  walk(calls: readonly number[], start: number, length: number, choices: Choices, onPair: OnPair): number {
    // Those of the subject are trimmed by the machines that run them; no op is under way here.
    this.#harness.reference?.trim();
    let value = start;
    for (let step = 0; step < length; step++) {
      const pair = this.visit(calls[choices.below(calls.length)]!, value, onPair);
      value = this.#subjectValue[pair]!;
      // A choice is drawn only where the sides parted, so equal sides cost one draw a step.
      if (this.#parts[pair] === 1 && choices.below(2) === 0) value = this.#referenceValue[pair]!;
    }
    return value;
  }

  #compare(call: number, old: number): Pair {
    if (this.#size >= ENTRY_LIMIT) this.#forget();
    const pair = this.#begins(call, old) ? comparePair(this.#harness, call, old) : unmoved(old);
    const index = this.#size++;
    this.#referenceValue = grown(this.#referenceValue, index);
    this.#subjectValue = grown(this.#subjectValue, index);
    this.#parts = grownBytes(this.#parts, index);
    this.#referenceValue[index] = pair.reference.value;
    this.#subjectValue[index] = pair.subject.value;
    this.#parts[index] = pair.reference.value !== pair.subject.value ? 1 : 0;
    this.#told = grown(this.#told, index);
    const isNews = pair.divergences.length > 0;
    this.#told[index] = isNews ? this.#tally : NEVER;
    if (isNews) this.#divergences.set(index, pair.divergences);
    this.#index.set(call, old, index);
    return pair;
  }

  #forget(): void {
    this.#harness.subject.trim();
    this.#harness.reference?.trim();
    this.#size = 0;
    this.#divergences.clear();
    this.#index.clear();
  }
}

import { boundaryOfOp } from '../../oracles/boundary.ts';
import type { Divergence, Kind } from '../../oracles/divergence.ts';
import { idealStep, overwrites, readAs } from '../../oracles/ideal.ts';
import { type Conduct, conductOf, judge, judgeAgainstIdeal } from '../../oracles/judgement.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import type { Choices } from '../program/choices.ts';
import { grown, grownBytes } from '../run/grown.ts';
import { asks, type Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';

/** What one op did to a word, all accesses at once. */
export interface Alone {
  readonly result: Result;
  readonly value: number;
  readonly warnings: readonly string[];
}

/** One op, run from the same value on both sides. */
export interface Pair {
  /** For the ideal reference: the exact answer, its value folded to 32 bits. */
  readonly reference: Alone;
  readonly subject: Alone;
  readonly divergences: readonly Divergence[];
}

/** Runs one op on both sides from the value `old` and judges the difference. @throws NonTerminatingOp */
export function comparePair(harness: Harness, call: number, old: number): Pair {
  const subject = runAlone(harness.subject, call, old);
  const reference = harness.reference
    ? runAlone(harness.reference, call, old)
    : idealAlone(harness, call, old);
  return { reference, subject, divergences: judgePair(harness, call, old, reference, subject) };
}

/** Judges what one op, run from the value `old`, did on the two sides. */
export function judgePair(
  harness: Harness,
  call: number,
  old: number,
  reference: Alone,
  subject: Alone,
): Divergence[] {
  const divergences: Divergence[] = [];
  const { op, a, b } = harness.alphabet.call(call);
  const boundary = boundaryOfOp(op, a, b, old, harness.saturated);
  const found = asks(harness, 'lockstep') ? judged(harness, call, old, reference, subject) : undefined;
  if (found) divergences.push({ op, boundary, ...found });
  if (asks(harness, 'sticky') && leavesSaturation(harness, op, old, subject)) {
    const wrong = conduct(harness.reference?.subject as Counter | undefined, op, a, b, old, reference)?.wrong;
    divergences.push({ op, boundary, kind: 'sticky', judgement: (wrong ?? true) ? 'misses' : 'breaks' });
  }
  return divergences;
}

function runAlone(trees: TransitionTrees, call: number, old: number): Alone {
  const index = trees.specification.atomically(call, old);
  const { result, warnings } = trees.outcomeOf(trees.specification.atomicOutcome(index));
  return {
    result: result as Result,
    value: trees.specification.atomicValue(index),
    warnings: warnings.map((warning) => warning.text),
  };
}

function idealAlone(harness: Harness, call: number, old: number): Alone {
  const { op, a, b } = harness.alphabet.call(call);
  const { reading } = harness.target.subject as Counter;
  const ideal = idealStep(op, a, b, readAs(old, reading), reading);
  const result = typeof ideal.result === 'number' ? ideal.result | 0 : ideal.result;
  return { result, value: ideal.value | 0, warnings: [] };
}

function judged(
  harness: Harness,
  call: number,
  old: number,
  reference: Alone,
  subject: Alone,
): Pick<Divergence, 'kind' | 'judgement'> | undefined {
  const { op, a, b } = harness.alphabet.call(call);
  const subjectConduct = conduct(harness.target.subject as Counter, op, a, b, old, subject)!;
  const kind = difference(reference, subject);
  if (harness.reference === undefined) {
    const judgement = judgeAgainstIdeal(subjectConduct);
    // Misuse that subject and arithmetic agree on differs in that nobody warned.
    return judgement && { kind: kind ?? 'warning', judgement };
  }
  if (kind === undefined) return undefined;
  const referenceConduct = conduct(harness.reference.subject as Counter, op, a, b, old, reference)!;
  return { kind, judgement: judge(referenceConduct, subjectConduct) };
}

function conduct(
  counter: Counter | undefined,
  op: string,
  a: number,
  b: number,
  old: number,
  { result, value, warnings }: Alone,
): Conduct | undefined {
  if (!counter) return undefined;
  return conductOf(counter, { op, a, b, old, result, value, warned: warnings.length > 0 });
}

/** The gravest difference: an answer is acted upon at once, a word later, a warning is read by people. */
function difference(reference: Alone, subject: Alone): Kind | undefined {
  if (reference.result !== subject.result) return 'result';
  if (reference.value !== subject.value) return 'value';
  if (reference.warnings.join('\n') !== subject.warnings.join('\n')) return 'warning';
  return undefined;
}

function leavesSaturation(harness: Harness, op: string, old: number, subject: Alone): boolean {
  const { saturated } = harness.target.subject;
  return saturated !== undefined && old === saturated && subject.value !== old && !overwrites(op);
}

/** What stands for a pair that is not run. */
function unmoved(value: number): Pair {
  const alone = { result: undefined, value, warnings: [] };
  return { reference: alone, subject: alone, divergences: [] };
}

const ENTRY_LIMIT = 1 << 16;

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
  readonly #index = new PairMap(4096);
  /** By pair: the values both sides ended with, and 1 where these differ. */
  #referenceValue = new Int32Array(4096);
  #subjectValue = new Int32Array(4096);
  #parts = new Uint8Array(4096);
  #size = 0;

  /** @param begins told of each pair before it is first run; false leaves it out: it counts as one that does nothing */
  constructor(harness: Harness, begins: (call: number, old: number) => boolean = () => true) {
    this.#harness = harness;
    this.#begins = begins;
  }

  /** Looks a pair up, or runs it. @param onPair see `walk` @returns its index */
  visit(call: number, value: number, onPair: OnPair): number {
    const known = this.#index.get(call, value);
    if (known >= 0) return known;
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
   * @param onPair called for a pair met for the first time in the table's life, if it diverges
   * @returns the value at the end
   */
  walk(calls: readonly number[], start: number, length: number, choices: Choices, onPair: OnPair): number {
    // Those of the subject are trimmed by the machines that run them; no op is under way here.
    this.#harness.reference?.trim();
    let value = start;
    for (let step = 0; step < length; step++) {
      const pair = this.visit(calls[choices.below(calls.length)]!, value, onPair);
      value = this.#subjectValue[pair]!;
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
    this.#index.set(call, old, index);
    return pair;
  }

  #forget(): void {
    this.#harness.subject.trim();
    this.#harness.reference?.trim();
    this.#size = 0;
    this.#index.clear();
  }
}

import type { Judgement } from './divergence.ts';

/**
 * What the reference does where an op first touches the counter at some boundary, over all runs of the program:
 *
 *     clean     some complete run through there has no fact
 *     faulty    it comes there, and every such run has one
 *     never     it never comes there
 */
export type Conduct = 'clean' | 'faulty' | 'never';

/**
 * A fact that the reference never shows. Where the reference does nothing but harm anyway, another harm breaks nothing that
 * worked.
 *
 * | reference there | subject warns in every such run | it is silent in some |
 * |-----------------|---------------------------------|----------------------|
 * | clean, never    | breaks                          | breaks               |
 * | faulty          | protects                        | misses               |
 *
 * @param there `faulty` too if every such run has first warned anew where the reference is faulty
 */
export function judgeFact(there: Conduct, objects: boolean): Judgement {
  if (there !== 'faulty') return 'breaks';
  return objects ? 'protects' : 'misses';
}

/** A warning that the reference never gives, and what else is known of it. */
export interface WarningSeen {
  readonly there: Conduct;
  /** Whether the reference has a fact in any run of the program. */
  readonly isReferenceFaulty: boolean;
  /** Whether every run of the reference that ends with the same results has a fact, and there is one. */
  readonly isFaultyWithResults: boolean;
  /** Whether the reference warns there too, in other words, and is never silent. */
  readonly warnsOtherwise: boolean;
}

/**
 * | reference there | judgement                                                                             |
 * |-----------------|---------------------------------------------------------------------------------------|
 * | warns otherwise | changes                                                                               |
 * | clean           | false-alarm                                                                           |
 * | faulty          | protects                                                                              |
 * | never           | protects if it is faulty in every run with the same results, else false-alarm         |
 */
export function judgeWarning({
  there,
  isReferenceFaulty,
  isFaultyWithResults,
  warnsOtherwise,
}: WarningSeen): Judgement {
  if (warnsOtherwise) return 'changes';
  if (there !== 'never') return there === 'faulty' ? 'protects' : 'false-alarm';
  return isReferenceFaulty && isFaultyWithResults ? 'protects' : 'false-alarm';
}

/** Results, in a run without a fact, that the reference never ends with, and what the nearest of its own are like. */
export interface ResultSeen {
  /** Whether every run of the reference that ends with the nearest results has a fact. */
  readonly isFaultyNearby: boolean;
  /** Whether the op refuses where the nearest results all grant, and the object was still to be found. */
  readonly isDenied: boolean;
  /** The judgement of a new warning that the op gave with it. */
  readonly warning: Judgement | undefined;
}

/**
 * | nearest results of the reference | subject refuses what they grant | it warns as well | neither |
 * |----------------------------------|---------------------------------|------------------|---------|
 * | only in faulty runs              | protects                        | protects         | protects |
 * | in a clean run                   | false-alarm                     | as the warning   | changes |
 */
export function judgeResult({ isFaultyNearby, isDenied, warning }: ResultSeen): Judgement {
  if (isFaultyNearby) return 'protects';
  if (isDenied) return 'false-alarm';
  return warning ?? 'changes';
}

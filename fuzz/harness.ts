import type { Counter } from '../targets/subject.ts';
import { findSubject } from '../targets/subjects.ts';
import type { OracleName, Target } from '../targets/target.ts';
import { Alphabet } from './alphabet.ts';
import { TransitionTrees } from './transition-trees.ts';

/** A target made ready to run: one alphabet, and the transition trees of each side. */
export interface Harness {
  readonly target: Target;
  readonly alphabet: Alphabet;
  /** Every op of the target with each of its arguments. */
  readonly letters: readonly number[];
  readonly subject: TransitionTrees;
  /** Absent when the reference is the ideal counter. */
  readonly reference: TransitionTrees | undefined;
  /**
   * Whose non-atomic outcomes are accepted as documented: `self` when the subject's own are, absent when no
   * op may look divisible.
   */
  readonly documented: TransitionTrees | 'self' | undefined;
  /** The saturation values of both sides. */
  readonly saturated: readonly number[];
  /** Runs that no order of indivisible ops explains, and of which it could not be decided whether they are documented. */
  readonly tally: { unjudged: number };
}

export function harnessOf(target: Target): Harness {
  const { reference, subject } = target;
  const sides = reference === 'ideal' ? [subject] : [reference, subject];
  const alphabet = new Alphabet(...sides);
  return {
    target,
    alphabet,
    letters: lettersOf(target, alphabet),
    subject: new TransitionTrees(subject, alphabet),
    reference: reference === 'ideal' ? undefined : new TransitionTrees(reference, alphabet),
    documented: subject.kind === 'counter' ? documentedBehaviour(subject, alphabet) : undefined,
    tally: { unjudged: 0 },
    saturated: sides.flatMap(({ saturated }) => (saturated === undefined ? [] : [saturated])),
  };
}

export function isCounterTarget(harness: Harness): boolean {
  return harness.target.subject.kind === 'counter';
}

export function asks(harness: Harness, oracle: OracleName): boolean {
  return harness.target.oracles.includes(oracle);
}

function lettersOf(target: Target, alphabet: Alphabet): number[] {
  return target.ops.flatMap((op) => {
    const definition = target.subject.ops[op];
    const arity = definition && 'arity' in definition ? definition.arity : 0;
    if (arity === 0) return [alphabet.id(op)];
    if (arity === 1) return target.arguments.map((a) => alphabet.id(op, a));
    return target.arguments.flatMap((a) => target.arguments.map((b) => alphabet.id(op, a, b)));
  });
}

function documentedBehaviour(subject: Counter, alphabet: Alphabet): TransitionTrees | 'self' | undefined {
  if (subject.documented === undefined) return undefined;
  if (subject.documented === subject.name) return 'self';
  const documented = findSubject(subject.documented);
  if (!documented) throw new Error(`internal: ${subject.name} is documented by an unknown subject`);
  return new TransitionTrees(documented, alphabet);
}

import type { Held } from '../../oracles/holdings.ts';
import { type AskedOracles, askedOracles } from '../../oracles/oracles.ts';
import { arityOf, type Counter, type Subject, valuesOfOp } from '../../targets/subject/subject.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import type { Target } from '../../targets/target/target.ts';
import { Alphabet } from '../program/alphabet.ts';
import { checkTarget } from './check-target.ts';
import { type Interrupt, NEVER } from './interrupt.ts';
import { TransitionTrees } from './transition-trees.ts';

/**
 * A target made ready to run: one alphabet, and the transition trees of each side. It lasts as long as a search, and what
 * its parts have learnt serves every program after: one harness a worker, none shared between threads.
 */
export interface Harness {
  readonly target: Target;
  /** Numbers the calls of programs, for both sides alike. It grows when programs have arguments that are not the target's. */
  readonly alphabet: Alphabet;
  /** Every op of the target with each of its arguments. */
  readonly calls: readonly number[];
  /** Those that the target asks. */
  readonly oracles: AskedOracles;
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
  /** Whose references have holders; absent for schemes, which know their own, and for counters that are used freely. */
  readonly held: Held | undefined;
}

/** Makes a target ready. @throws InputError when the target or a subject of the caller's own does not fit together */
export function harnessOf(target: Target): Harness {
  return interruptibleHarness(target, NEVER);
}

/**
 * The same, for work that may be given up.
 *
 * @param interrupt whatever is done with the harness throws `Interrupted` when it says so; then make a new one
 */
export function interruptibleHarness(target: Target, interrupt: Interrupt): Harness {
  checkTarget(target);
  const { reference, subject } = target;
  const sides = reference === 'ideal' ? [subject] : [reference, subject];
  const alphabet = new Alphabet(...sides);
  const calls = callsOf(target, alphabet);
  const saturated = sides.flatMap((side) => (side.saturated === undefined ? [] : [side.saturated]));
  const treesOf = (side: Subject) => {
    const trees = new TransitionTrees(side, alphabet, interrupt);
    // Every op is begun once: what cannot even do that is told before anything runs.
    for (const call of calls) trees.root(call);
    return trees;
  };
  return {
    target,
    alphabet,
    calls,
    oracles: askedOracles(target.oracles),
    subject: treesOf(subject),
    reference: reference === 'ideal' ? undefined : treesOf(reference),
    documented: subject.kind === 'counter' ? documentedBehaviour(subject, alphabet, interrupt) : undefined,
    saturated,
    held: heldOf(target, saturated),
  };
}

/** See `Harness.held`. Values that either counter takes for saturated are no numbers of references. */
function heldOf({ reference, subject, discipline = 'holders' }: Target, saturation: readonly number[]) {
  if (subject.kind !== 'counter' || discipline === 'free') return undefined;
  const sides = [subject, ...(reference !== 'ideal' && reference.kind === 'counter' ? [reference] : [])];
  return { saturation, inSaturation: (value: number) => sides.some((side) => side.inSaturation?.(value)) };
}

/** Whether the target compares counters; otherwise it compares schemes. */
export function isCounterTarget(harness: Harness): boolean {
  return harness.target.subject.kind === 'counter';
}

/** Each op with each of its values, or the target's: the calls that generated programs are made of. */
function callsOf(target: Target, alphabet: Alphabet): number[] {
  return target.ops.flatMap((op) => {
    const definition = target.subject.ops[op]!;
    const arity = arityOf(definition);
    const values = valuesOfOp(definition) ?? target.arguments;
    if (arity === 0) return [alphabet.id(op)];
    if (arity === 1) return values.map((a) => alphabet.id(op, a));
    return values.flatMap((a) => values.map((b) => alphabet.id(op, a, b)));
  });
}

/** See `Harness.documented`. */
function documentedBehaviour(
  subject: Counter,
  alphabet: Alphabet,
  interrupt: Interrupt,
): TransitionTrees | 'self' | undefined {
  if (subject.documented === undefined) return undefined;
  if (subject.documented === subject.name) return 'self';
  const documented = findSubject(subject.documented);
  if (!documented) throw new Error(`internal: ${subject.name} is documented by an unknown subject`);
  return new TransitionTrees(documented, alphabet, interrupt);
}

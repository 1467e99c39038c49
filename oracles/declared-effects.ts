import { type IdealEffect, isMade, readEffect, takenBy } from '../targets/subject/ideal-effect.ts';
import { InputError } from '../targets/subject/input-error.ts';
import type { Counter, Result } from '../targets/subject/subject.ts';

/**
 * What an op does to the number of references.
 *
 *     add_not_zero(2), answer true     gained 2            answer false    gained 0
 *     sub_and_test(2), true            gained -2, and this was the last reference
 */
export interface Ledger {
  /** References gained, or lost when negative. */
  gained(a: number, result: Result): number;
  /** Whether it can take the count away from 0 without having been refused there. */
  raisesZero(a: number, b: number): boolean;
  /** Whether `true` says "this was the last reference". */
  readonly isLastPut?: boolean;
}

/** An op that says itself what it ought to do, and who said so. */
interface Declared {
  readonly text: string;
  readonly by: string;
  readonly effect: IdealEffect;
  readonly ledger: Ledger | undefined;
}

/**
 * By op, for the process. Everything that judges is asked by the name of an op, in the innermost loops, and knows neither
 * subject nor target there; to hand the effects through all of it would be a parameter of some forty functions. So it is a
 * table, like that of the kernel's ops, to which a harness adds what its subjects declare before anything runs.
 *
 * Oracles know ops by their names, as those of the kernel have one meaning each. So have these: a name
 * that is declared twice must be declared alike.
 */
const DECLARED = new Map<string, Declared>();

/**
 * Takes note of what the ops of a counter declare.
 *
 * @param isKnown whether an op has a rule of its own, which no counter changes
 * @throws InputError for what says nothing, and for a name that means something else already
 */
export function declareEffects({ name, ops }: Counter, isKnown: (op: string) => boolean): void {
  for (const [op, { ideal, arity }] of Object.entries(ops)) {
    if (ideal === undefined) continue;
    const effect = readEffect(ideal, arity);
    if (typeof effect === 'string')
      throw new InputError(name, `the ideal effect of "${op}", "${ideal}": ${effect}`);
    if (isKnown(op))
      throw new InputError(
        name,
        `"${op}" is the kernel's, and its ideal effect is known; give yours another name`,
      );
    const there = DECLARED.get(op);
    if (there && there.text !== ideal)
      throw new InputError(
        name,
        `the ideal effect of "${op}" is "${ideal}", and of ${there.by} it is "${there.text}"; give one of them another name`,
      );
    if (!there) DECLARED.set(op, { text: ideal, by: name, effect, ledger: ledgerFor(effect) });
  }
}

/** What an op declares; undefined for one that declares nothing. */
export function declaredEffect(op: string): IdealEffect | undefined {
  return DECLARED.get(op)?.effect;
}

/** The ledger of an op that declares its effect, where that says enough. */
export function declaredLedger(op: string): Ledger | undefined {
  return DECLARED.get(op)?.ledger;
}

/** Whether an answer tells that a put was the last, when it is that of an op whose effect is declared. */
export function declaredTellsLast(op: string, a: number, result: Result | string): boolean {
  const effect = declaredEffect(op);
  if (effect?.change !== '-' || effect.amount === 'b') return false;
  if (effect.answer === 'new') return result === 0;
  if (effect.answer === 'old') return typeof result === 'number' && result + takenBy(effect, a, 0) === 0;
  return result === true && isLastPut(effect);
}

/** Whether it answers at all whether it was the last. */
export function declaredMayTellLast(op: string): boolean {
  const effect = declaredEffect(op);
  if (effect?.change !== '-' || effect.amount === 'b') return false;
  return effect.answer === 'new' || effect.answer === 'old' || isLastPut(effect);
}

/** `true` says it where it means that the count is 0 now, or was what one reference makes it. */
function isLastPut({ change, answer, amount, condition }: IdealEffect): boolean {
  if (change !== '-' || answer === undefined || answer === 'old' || answer === 'new') return false;
  if (answer !== 'done')
    return answer.of === 'new' && answer.comparison === '==' && answer.number === 0 && !answer.isNot;
  return condition?.comparison === '==' && !condition.isNot && condition.number === amount;
}

/** @returns undefined where neither the answer nor the first argument tells how many references changed hands */
function ledgerFor(effect: IdealEffect): Ledger | undefined {
  const { change, amount, condition, answer } = effect;
  if (change === '=' || amount === 'b') return undefined;
  const tells = !condition || answer === 'done' || answer === 'old';
  if (!tells) return undefined;
  const wasMade = (result: Result) =>
    !condition || (answer === 'done' ? result === true : isMade(effect, Number(result)));
  return {
    gained: (a, result) => (wasMade(result) ? takenBy(effect, a, 0) : 0),
    // An amount below 0 does the opposite.
    raisesZero: (a, b) => {
      const taken = takenBy(effect, a, b);
      const isReversed = change === '+' ? taken <= 0 : change === '-' && taken >= 0;
      return isReversed || (taken > 0 && isMade(effect, 0));
    },
    ...(isLastPut(effect) && { isLastPut: true }),
  };
}

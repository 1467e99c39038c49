import type { Counter } from '../../targets/subject/subject.ts';
import { NonTerminatingOp } from '../run/non-terminating.ts';
import { compareCodes, compareModel } from '../sweep/direct-lockstep.ts';

/** A call of an op that both sides have. */
interface Call {
  readonly op: string;
  readonly a: number;
  readonly b: number;
}

/**
 * The values from which a call does the same on both sides, as far as machine code tells: a thousand of them at the price
 * of one in the interpreter. Empty where neither side has any, or an op is stopped.
 */
export function alikeInCode(
  base: Counter,
  subject: Counter,
  { op, a, b }: Call,
  values: readonly number[],
): ReadonlySet<number> {
  const direct = subject.direct ?? base.direct;
  if (!direct) return new Set();
  const alike = new Set<number>();
  for (let from = 0; from < values.length; from += direct.capacity) {
    const old = Int32Array.from(values.slice(from, from + direct.capacity));
    const differs = new Set<number>();
    const note = (at: number) => void differs.add(at);
    for (const code of [subject.direct, base.direct]) {
      code?.values.set(old);
      if (code && !code.batch(op, a, b, old.length)) return new Set();
    }
    if (subject.direct && base.direct) compareCodes(base.direct, subject.direct, old.length, note);
    else {
      const model = subject.direct ? base : subject;
      if (!modelReturns(() => compareModel(model.ops[op]!, a, b, old, direct, old.length, note)))
        return new Set();
    }
    for (const [at, value] of old.entries()) if (!differs.has(at)) alike.add(value);
  }
  return alike;
}

/** A model that goes round for ever is no business of machine code: the interpreter tells what is wrong with it. */
function modelReturns(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof NonTerminatingOp) return false;
    throw error;
  }
}

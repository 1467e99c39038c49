import { atomic } from '../../targets/counters/atomic.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { PlainWord } from './plain-word.ts';
import { count } from './report.ts';

/** What any of the tools is given to start from and to pass as an argument: those of targets/refcount-v5.5.yaml. */
export const STARTS = [0, 1, 2, -1, INT_MAX - 1, INT_MAX, INT_MIN, REFCOUNT_SATURATED];
export const ARGUMENTS = [0, 1, 2, -1, INT_MAX, INT_MIN];
export const PLAIN_OPS = ['inc', 'inc_not_zero', 'dec', 'dec_and_test', 'dec_if_one', 'dec_not_one', 'read'];
export const ARGUMENT_OPS = ['add', 'add_not_zero', 'sub_and_test', 'set'];

const ideal = new PlainWord();
const real = new PlainWord();

/**
 * Runs an op of a counter and the atomic_t idiom that it replaces on one value, and compares what comes of it, but for
 * what refcount_t is documented to do otherwise: where the count was misused or does not fit, it saturates and warns.
 *
 * @returns the value that the op left
 * @throws Difference
 */
export function checkAlone(counter: Counter, op: string, argument: number, old: number): number {
  count(1);
  ideal.value = real.value = old;
  real.hasWarned = false;
  let answer = atomic.ops[op]!.run(ideal, argument, 0);
  const given = counter.ops[op]!.run(real, argument, 0);
  const isBad = isMisuse(op, argument, old);
  if (isBad || (op === 'dec_not_one' && old === REFCOUNT_SATURATED)) ideal.value = REFCOUNT_SATURATED;
  if (isBad && op === 'sub_and_test') answer = false;
  if (isBad && op === 'dec_and_test') answer = false;
  // It keeps its hands off 0, and says so.
  const isUnderflow = op === 'dec_not_one' && old === 0;
  if (isUnderflow) ideal.value = 0;
  if (given !== answer || real.value !== ideal.value || real.hasWarned !== (isBad || isUnderflow)) {
    throw new Difference(`${op}(${argument}) at ${old}: ${given}, ${real.value}, warned ${real.hasWarned}`);
  }
  return real.value;
}

export class Difference extends Error {}

function isMisuse(op: string, argument: number, old: number): boolean {
  switch (op) {
    case 'inc':
      return old <= 0 || ((old + 1) | 0) < 0;
    case 'add':
      return old <= 0 || ((old + argument) | 0) < 0;
    case 'inc_not_zero':
      return old < 0 || ((old + 1) | 0) < 0;
    case 'add_not_zero':
      return old < 0 || ((old + argument) | 0) < 0;
    case 'dec':
      return old <= 1;
    case 'dec_and_test':
      return old <= 0;
    case 'sub_and_test':
      return old <= 0 || ((old - argument) | 0) < 0;
    default:
      return false;
  }
}

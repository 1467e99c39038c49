import { amountsOf, Holdings } from '../../oracles/holdings.ts';
import { declareIdeals } from '../../oracles/ideal.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';

/** Counts from which every counter is asked: an object that is gone, and a few holders. */
const STARTS = [0, 1, 2, 3];
/** References that an op gets or puts at a time. */
const AMOUNTS = [1, 2];
/** Larger amounts of a target are left out: few starts have as many references. */
const LARGEST_AMOUNT = 16;

/**
 * What is asked of one side alone: its subject. A scheme says itself who holds what. Of a counter, only what is use of a
 * reference counter is asked: ops that get, put or read, amounts above 0, and starts that are a number of references.
 *
 * @throws InputError for a counter without such ops
 */
export function aloneTarget(target: Target): Target {
  const { subject } = target;
  if (subject.kind === 'scheme') return target;
  declareIdeals(subject);
  const ops = target.ops.filter((op) => isUse(op));
  if (ops.length === 0)
    throw new InputError(subject.name, 'has no op that gets, puts or reads references; nothing can be asked');
  const arities = ops.map((op) => subject.ops[op]!.arity);
  const amounts = target.arguments.filter((value) => value > 0 && value <= LARGEST_AMOUNT);
  const holdings = new Holdings({ saturation: subject.saturated === undefined ? [] : [subject.saturated] });
  const starts = (target.initial as readonly number[]).filter(
    (start) => holdings.fits(start, []) && !subject.inSaturation?.(start),
  );
  return {
    ...target,
    // Nothing is compared.
    reference: 'ideal',
    oracles: ['lockstep'],
    discipline: 'holders',
    ops,
    initial: [...new Set([...STARTS, ...starts])].sort((one, other) => one - other),
    arguments: [
      // `add_unless(1, 0)` is `inc_not_zero`.
      ...(arities.includes(2) ? [0] : []),
      ...(arities.some((arity) => arity > 0) ? new Set([...AMOUNTS, ...amounts]) : []),
    ],
  };
}

/** The ops of a counter that are no use of a reference counter, and so are not asked. */
export function notAsked({ ops }: Counter): string[] {
  return Object.keys(ops).filter((op) => !isUse(op));
}

function isUse(op: string): boolean {
  return amountsOf({ op, a: 1, b: 0 }) !== undefined;
}

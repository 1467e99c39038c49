import type { Counter } from '../../targets/subject/subject.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { grouped } from './grouped.ts';

/** Arguments that a helper of the kernel is called with: `inc` is `add(1)`. */
const USUAL_CONSTANTS = [1, -1];

/**
 * Ops that are one code: they do the same, if one of them is given some argument.
 *
 * @param calls each op with each of its arguments
 * @param areAlike whether two calls do the same, on both sides
 * @returns by op: those that are one code with it, itself among them; sorted
 */
export function unitsOfCode(
  { alphabet, subject }: TransitionTrees,
  calls: readonly number[],
  areAlike: (call: number, like: number) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const { ops } = subject as Counter;
  const opOf = (call: number) => alphabet.call(call).op;
  const callsOf = (op: string) => {
    const constants = [
      ...USUAL_CONSTANTS,
      ...calls.filter((call) => opOf(call) === op).map((call) => alphabet.call(call).a),
    ];
    return ops[op]!.arity === 0 ? [alphabet.id(op)] : [...new Set(constants)].map((a) => alphabet.id(op, a));
  };
  const isOneCode = (one: string, other: string) => {
    if (ops[one]!.arity > 0 && ops[other]!.arity > 0) return false;
    if (ops[one]!.arity > 1 || ops[other]!.arity > 1) return false;
    return callsOf(one).some((call) => callsOf(other).some((like) => areAlike(call, like)));
  };
  const names = [...new Set(calls.map(opOf))].sort();
  const units = new Map<string, readonly string[]>();
  for (const unit of grouped(names, isOneCode).map((ops) => [...ops].sort()))
    for (const op of unit) units.set(op, unit);
  return units;
}

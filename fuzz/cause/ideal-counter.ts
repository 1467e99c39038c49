import { hasRule, idealStep, readAs } from '../../oracles/ideal.ts';
import type { Counter, CounterOp, Result } from '../../targets/subject/subject.ts';
import { KEEP } from '../../targets/subject/word.ts';

/** The ideal counter as one that runs beside others: each op one access, its exact count folded to 32 bits. */
export function idealCounter({ ops, reading }: Counter): Counter {
  const ideal =
    (op: string): CounterOp['run'] =>
    (count, a, b) => {
      let result: Result;
      count.update((old) => {
        const step = idealStep(op, a, b, readAs(old, reading), reading);
        result = typeof step.result === 'number' ? step.result | 0 : step.result;
        return (step.value | 0) === old ? KEEP : step.value | 0;
      });
      return result;
    };
  const known = Object.entries(ops).filter(([op]) => hasRule(op));
  return {
    kind: 'counter',
    name: 'ideal',
    reading,
    about: 'the ideal counter',
    ops: Object.fromEntries(known.map(([op, { arity }]) => [op, { arity, run: ideal(op) }])),
  };
}

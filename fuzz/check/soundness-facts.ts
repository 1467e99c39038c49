import { WordIndex } from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import { factOf, type SchemeFact } from '../run/scheme-facts.ts';

/**
 * What befell the object first in the run that led to the machine's state. What follows from a broken object is no news, so
 * a run is followed no further than to its first fact.
 *
 * @returns undefined while the run is clean
 */
export function factAt(machine: Machine): SchemeFact | undefined {
  const fact = factOf(machine.fact);
  // Who pins a counter for good leaks on purpose, and has said so.
  return fact?.what === 'leak' && machine.words[WordIndex.WARNED] !== 0 ? undefined : fact;
}

/** No schedule lets every thread come to its end. It is seen in the graph of states, and no state holds it. */
export const STUCK = 'stuck';
/** Not a fact: the code itself objects. A program that only does what it may must not come to it. */
export const WARNING = 'warning';

/** The gravest first; what is not listed comes last but for warnings. */
const GRAVITY: readonly string[] = [
  'use-after-free',
  'double-free',
  'freed-while-held',
  'memory-error',
  'crash',
  'resurrection',
  STUCK,
  'unbalanced',
  'leak',
];

/** How grave a fault is: 0 is the gravest. */
export function gravityOf(what: string): number {
  if (what === WARNING) return GRAVITY.length + 1;
  const at = GRAVITY.indexOf(what);
  return at < 0 ? GRAVITY.length : at;
}

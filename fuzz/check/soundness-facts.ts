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

/** What befell an object, and whose access brought it. */
export interface LifeFault {
  /** The name of a fact. */
  readonly what: string;
  readonly thread: number;
  readonly op: number;
  /** Of a warning. */
  readonly text?: string;
}

/** No schedule lets every thread come to its end. It is seen in the graph of states, and no state holds it. */
export const STUCK = 'stuck';
/** Of counters, as of schemes: see words.md. */
export const FREED_WHILE_HELD = 'freed-while-held';
/** Likewise. */
export const RESURRECTION = 'resurrection';
/** Likewise. */
export const LEAK = 'leak';
/** A counter refuses a reference while somebody holds one. */
export const REFUSED = 'refused-while-held';
/** A counter is pinned, and nobody was warned. */
export const SATURATED = 'saturated';
/** The count is less than the references that are held, so that one of their puts is told too early. */
export const COUNT_TOO_LOW = 'count-too-low';
/** It is more, so that none is told. */
export const COUNT_TOO_HIGH = 'count-too-high';
/** Not a fact: the code itself objects. A program that only does what it may must not come to it. */
export const WARNING = 'warning';

/** The gravest first; what is not listed comes last but for warnings. */
const GRAVITY: readonly string[] = [
  'use-after-free',
  'double-free',
  FREED_WHILE_HELD,
  'memory-error',
  'crash',
  RESURRECTION,
  STUCK,
  'unbalanced',
  LEAK,
  REFUSED,
  SATURATED,
];

/** What a wrong count leads to is as grave: the smaller program decides, and that names the op that miscounts. */
const LEADS_TO: Readonly<Record<string, string>> = {
  [COUNT_TOO_LOW]: FREED_WHILE_HELD,
  [COUNT_TOO_HIGH]: LEAK,
  'used-while-stopped': 'use-after-free',
  'stopped-while-held': FREED_WHILE_HELD,
  'stopped-twice': 'double-free',
  'started-twice': 'double-free',
  'left-running': LEAK,
};

/** How grave a fault is: 0 is the gravest. */
export function gravityOf(what: string): number {
  if (what === WARNING) return GRAVITY.length + 1;
  const at = GRAVITY.indexOf(LEADS_TO[what] ?? what);
  return at < 0 ? GRAVITY.length : at;
}
/** What the facts of a counter mean for the object that it guards, where that does not go without saying. */
const OF_COUNTERS: Readonly<Record<string, string>> = {
  'use-after-free': 'the word is touched after a put was told that it was the last',
  'double-free': 'two puts are told that they were the last',
  [FREED_WHILE_HELD]: 'a put is told that it was the last, and somebody holds a reference',
  [COUNT_TOO_LOW]: 'when those who still hold put, one is told too early that it was the last',
  [COUNT_TOO_HIGH]: 'when those who still hold put, none is told that it was the last',
  [RESURRECTION]: 'a reference is granted after a put was told that it was the last',
  [LEAK]: 'everything has been put, and no put was told that it was the last',
  [REFUSED]: 'a reference is refused, and somebody holds one',
  [SATURATED]: 'the count is pinned, though threads only put what they got',
};

/** @returns a sentence without a full stop; undefined where the name says all */
export function meaningOf(what: string): string | undefined {
  return OF_COUNTERS[what];
}

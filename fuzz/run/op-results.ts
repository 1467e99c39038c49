import { PackedFields } from '../../oracles/packed-fields.ts';
import type { Outcome } from '../../targets/subject/subject.ts';
import { MAX_OPS } from '../program/program.ts';

/**
 * The success classes of a scheme's ops, by the code under which `results` of a machine has them: two bits an op, the
 * first op lowest. Code 0 is an op that has not returned.
 */
export const RESULT_CODES: readonly string[] = ['', 'granted', 'refused', 'void'];

const RESULTS = new PackedFields({ bits: 2, fields: MAX_OPS });

/** The code of a success class. */
export function codeOf(result: Outcome): number {
  return RESULT_CODES.indexOf(result);
}

/** @param results of one thread. @returns the code of its op number `op`, 0 to 3 */
export function codeAt(results: number, op: number): number {
  return RESULTS.of(results, op);
}

/** @returns the results of a thread with another code for its op number `op` */
export function withCode(results: number, op: number, code: number): number {
  return RESULTS.with(results, op, code);
}

/** @returns the results of a thread as they were when its op number `op` had just returned with `code` */
export function firstCodes(results: number, op: number, code: number): number {
  return withCode(results & ((1 << (2 * op)) - 1), op, code);
}

/** The success classes of a thread's ops that are over, in order. */
export function classesOf(results: number): string[] {
  const classes: string[] = [];
  for (let op = 0; op < MAX_OPS && codeAt(results, op) !== 0; op++)
    classes.push(RESULT_CODES[codeAt(results, op)]!);
  return classes;
}

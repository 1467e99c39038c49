import { FAULTS, type Result } from '../../targets/subject/subject.ts';

/**
 * The result of an op, as two 32-bit integers, so that it can be noted while threads race: its value, and a tag that says
 * how to read the value and what was warned of (a code that only the thread which noted it can read).
 *
 * | result  | value | tag, without warnings | tag, with code 3 |
 * |---------|-------|-----------------------|------------------|
 * | void    | 0     | 0                     | 12               |
 * | true    | 1     | 1                     | 13               |
 * | 7       | 7     | 2                     | 14               |
 * | 'trap'  | 1     | 3                     | 15               |
 */
export const WORDS_PER_NOTE = 2;

const VOID = 0;
const TRUTH = 1;
const INTEGER = 2;
const FAULT = 3;
const KIND_BITS = 2;
/** More warnings than these would not fit above the kind, in an integer that is not negative. */
export const MOST_WARNING_CODES = 2 ** (31 - KIND_BITS);

/** @returns the first integer */
export function codeOf(result: Result): number {
  if (typeof result === 'number') return result | 0;
  if (typeof result === 'boolean') return result ? 1 : 0;
  return result === undefined ? 0 : FAULTS.indexOf(result);
}

/** @param warnings a code from 0 to MOST_WARNING_CODES - 1 @returns the second integer */
export function tagOf(result: Result, warnings: number): number {
  return kindOf(result) | (warnings << KIND_BITS);
}

function kindOf(result: Result): number {
  if (result === undefined) return VOID;
  if (typeof result === 'boolean') return TRUTH;
  return typeof result === 'number' ? INTEGER : FAULT;
}

/** What an op returned, of the two integers of its note. */
export function resultOf(value: number, tag: number): Result {
  switch (tag & ((1 << KIND_BITS) - 1)) {
    case VOID:
      return undefined;
    case TRUTH:
      return value !== 0;
    case INTEGER:
      return value;
    default:
      return FAULTS[value]!;
  }
}

/** The code of what it warned of, of the second integer. */
export function warningsOf(tag: number): number {
  return tag >>> KIND_BITS;
}

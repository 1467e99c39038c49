import { NotModelled } from './expressions.ts';

/** A number, or the text of a constant whose value nobody asks for. */
export type Value = number | string;

/** @throws NotModelled for a constant whose value nobody knows: what compares with it cannot be followed */
export function numberOf(value: Value): number {
  if (typeof value === 'string') throw new NotModelled();
  return value;
}

/** `!x`, `-x` and `~x`, of 32 bits. */
export function unary(op: string, value: Value): Value {
  const number = numberOf(value);
  if (op === '!') return number === 0 ? 1 : 0;
  return op === '-' ? -number | 0 : ~number;
}

/**
 * An op of two numbers, of 32 bits. Which of two is less depends on whether one of them is unsigned:
 *
 *     -1 < 1            true
 *     -1U < 1           false, as -1U is the largest of all
 *
 * @throws NotModelled for an op that no loop on a counter has a use for
 */
export function binary(op: string, one: number, other: number, isUnsigned: boolean): number {
  const [a, b] = isUnsigned ? [one >>> 0, other >>> 0] : [one, other];
  switch (op) {
    case '==':
      return Number(one === other);
    case '!=':
      return Number(one !== other);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '+':
      return (one + other) | 0;
    case '-':
      return (one - other) | 0;
    case '&':
      return one & other;
    case '|':
      return one | other;
    case '<<':
      return one << other;
    case '>>':
      return isUnsigned ? (one >>> other) | 0 : one >> other;
    case '&&':
    case '||':
      return Number(other !== 0);
    default:
      throw new NotModelled();
  }
}

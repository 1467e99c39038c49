/** A call as it is written: its name and its arguments, without the space around them. */
export interface CallText {
  readonly name: string;
  readonly args: readonly string[];
}

/** What a call's value is compared with, right beside the call. */
export type Comparison =
  /** With a constant. The range is that of the whole comparison. */
  | {
      readonly kind: 'constant';
      readonly relation: Relation;
      readonly value: number;
      readonly from: number;
      readonly to: number;
    }
  /** It is asked whether it is 0 (`!call`), or not 0 (`if (call)`). */
  | { readonly kind: 'zero' | 'not zero'; readonly from: number; readonly to: number };

/** How two values are compared. */
export type Relation = '==' | '!=' | '<' | '<=' | '>' | '>=';

/**
 *     atomic_add(n * f(a, b), &p->refs)     atomic_add with `n * f(a, b)` and `&p->refs`
 *     atomic_read(&p->refs) + 1             none: it goes on behind the parenthesis
 *
 * Quotes and comments may hold parentheses that are none. They are refused, as no op on a counter needs them.
 *
 * @returns undefined for what is no call from its first letter to its last
 */
export function callAt(text: string): CallText | undefined {
  const [head, name] = /^(\w+)\s*\(/.exec(text) ?? [];
  if (head === undefined || !text.endsWith(')')) return undefined;
  const args: string[] = [];
  let depth = 0;
  let start = head.length;
  for (let at = head.length; at < text.length - 1; at++) {
    const letter = text[at]!;
    if (letter === '"' || letter === "'" || (letter === '/' && text[at + 1] === '*')) return undefined;
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && --depth < 0) return undefined;
    else if (letter === ',' && depth === 0) {
      args.push(text.slice(start, at));
      start = at + 1;
    }
  }
  args.push(text.slice(start, -1));
  return depth === 0 ? { name: name!, args: args.map((arg) => arg.trim()) } : undefined;
}

/** Before an operand that stands alone. A single `&` or `|` would take it for a number. */
const OPENS = /(?:[(,;{}?:]|[^=!<>]=|&&|\|\||\breturn|^)\s*$/;
const OPENS_OR_NOT = /(?:[(;{}?:]|&&|\|\||\breturn|^)\s*$/;
/** After one. */
const CLOSES = /^\s*(?:[),;}?:]|&&|\|\||$)/;
/**
 * A number, and nothing that would make it a part of something else: in `== 0 + n` it is a summand, in `== 0x` none.
 * Names are left out. `== NONE` may be 0, and whoever reads the tree may know; the text does not say.
 */
const COMPARED_AFTER = /^(\s*(==|!=|<=|>=|<|>)\s*(-?(?:0[xX][\da-fA-F]+|\d+)))(?![\w.])/;
const COMPARED_BEFORE = /(?<![\w.])((-?(?:0[xX][\da-fA-F]+|\d+))\s*(==|!=|<=|>=|<|>)\s*)$/;
/**
 * Letters that are looked at on either side.
 *
 * A comparison that stands further away is taken for none, so its op stays as it is: the safe side.
 */
const REACH = 200;

/** With its sides changed: `0 < x` is `x > 0`. */
const FLIPPED: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * How a call's value is asked for, from the text on both sides of it: nothing but that can be replaced together with the
 * call. `-1 == f(x)` is told as `f(x) == -1`.
 *
 *     if (dec_return(&x) == 0)      constant, `== 0`
 *     if (!dec_return(&x))          zero
 *     if (dec_return(&x))           not zero
 *     n = dec_return(&x) + 1;       none
 *
 * @param isTested the call is known to decide something: `f(x)` in parentheses may be an argument otherwise
 * @returns undefined for everything else, such as a sum or a comparison with a variable
 */
export function comparisonAt(
  text: string,
  from: number,
  to: number,
  isTested: boolean,
): Comparison | undefined {
  const before = text.slice(Math.max(0, from - REACH), from);
  const after = text.slice(to, to + REACH);
  const [, right, relation, value] = COMPARED_AFTER.exec(after) ?? [];
  if (right !== undefined) {
    if (!OPENS.test(before) || !CLOSES.test(after.slice(right.length))) return undefined;
    return {
      kind: 'constant',
      relation: relation as Relation,
      value: Number(value),
      from,
      to: to + right.length,
    };
  }
  if (!CLOSES.test(after)) return undefined;
  const [, left, first, turned] = COMPARED_BEFORE.exec(before) ?? [];
  if (left !== undefined) {
    if (!OPENS.test(before.slice(0, -left.length))) return undefined;
    return {
      kind: 'constant',
      relation: FLIPPED[turned as Relation],
      value: Number(first),
      from: from - left.length,
      to,
    };
  }
  if (!isTested) return undefined;
  const [not] = /!\s*$/.exec(before) ?? [];
  // `!!f(x)` is a value, of which somebody may keep the number.
  if (not !== undefined)
    return OPENS_OR_NOT.test(before.slice(0, -not.length))
      ? { kind: 'zero', from: from - not.length, to }
      : undefined;
  return OPENS_OR_NOT.test(before) ? { kind: 'not zero', from, to } : undefined;
}

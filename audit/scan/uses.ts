import { amountOf, textOf } from './expressions.ts';
import type { UseFact } from './facts.ts';
import { enclosing, type Node } from './tree.ts';
import { argument, statement } from './use-ends.ts';
import {
  compare,
  decide,
  ended,
  FLIPPED,
  type Found,
  negate,
  nothing,
  pending,
  type Reads,
  type Relation,
  type Result,
  rise,
  sum,
  test,
  truth,
  type Way,
} from './ways.ts';

/**
 * How the result of a call is used. It is found by climbing from the call to what is around it, with the polarity and the
 * comparisons that are met on the way, until something takes the value:
 *
 *     if (!(dec_return(&b->users) >= 0)) kfree(b);
 *         call → `>= 0` → brackets → `!` → if
 *         a test `>= 0`, whose opposite decides: kfree is what happens where it does not hold
 */
export function useOf(body: Reads, call: Node, result: Result): UseFact {
  const found = nothing();
  if (result.gives !== 'nothing') follow(body, call, result, found, 0);
  const { kind, tests, yes, no, isPart } = found;
  return {
    r: kind,
    ...(tests.length > 0 && { t: tests }),
    ...(yes !== undefined && { y: yes }),
    ...(no !== undefined && { n: no }),
    ...(isPart && { part: 1 as const }),
  };
}

/** Climbs from a value until it is known what becomes of it. `variables` is how many it went through; three are enough for anybody. */
function follow(body: Reads, from: Node, result: Result, found: Found, variables: number): void {
  const way: Way = {
    isTruth: result.gives === 'truth',
    shift: result.shift,
    minuend: result.minuend,
    success: result.success,
    compared: result.compared,
    isFlipped: result.isFlipped ?? false,
    isAssertion: false,
    isPart: false,
    tests: [],
  };
  let at = from;
  for (let { parent } = at; parent !== undefined; parent = at.parent) {
    const goesOn = climb(body, at, parent, result, way, found, variables);
    if (!goesOn) return;
    at = parent;
  }
  if (body.isMacro) rise(found, 'returned');
}

/** One step up. False if that is where the value ends: it was tested, stored, handed on or let go. */
function climb(
  body: Reads,
  at: Node,
  parent: Node,
  result: Result,
  way: Way,
  found: Found,
  variables: number,
): boolean {
  const { index } = at;
  switch (parent.kind) {
    case 'parenthesized_expression':
    case 'cast_expression':
    case 'pointer_expression':
      return true;
    case 'unary_expression':
      if (body.text[parent.from] !== '!') return true;
      negate(way);
      return true;
    case 'binary_expression':
      return binary(body, parent, index, way, found);
    case 'comma_expression':
      return index === parent.kids.length - 1;
    case 'conditional_expression':
      return chosen(body, parent, index, way, found);
    case 'assignment_expression':
    case 'init_declarator':
      return assigned(body, at, parent, index, result, way, found, variables);
    case 'argument_list':
      return argument(body, at, parent, index, way, found);
    case 'return_statement':
      ended(way, found);
      rise(found, way.isAssertion ? 'asserted' : 'returned');
      if (way.isPart) found.isPart = true;
      // `return !dec_and_test(v);` is a truth that is 0 where the op says true.
      if (way.isFlipped) found.tests.push(...(found.tests.length === 0 ? [test(way, '==', 0)] : []));
      return false;
    case 'expression_statement':
      if (body.isMacro && enclosing(parent, new Set(['do_statement'])) === undefined && isLast(parent)) {
        pending(way, found);
        rise(found, 'returned');
      } else if (way.isAssertion) rise(found, 'asserted');
      pending(way, found);
      return false;
    default:
      return statement(body, at, parent, index, way, found);
  }
}

/** The last expression of a macro is its value: `({ x; y; })`, and `#define f(v) atomic_dec_and_test(v)` as a whole. */
function isLast(statement: Node): boolean {
  return statement.parent?.kids.at(-1) === statement;
}

/**
 * `v ? a : b` decides between two expressions. Between 1 and 0 it is the truth itself, which goes on; and a value that is
 * one of the two things to be chosen is one among others:
 *
 *     return dec_and_test(v) ? 1 : 0;        returned
 *     dec_and_test(v) ? kfree(b) : 0;        tested, and frees
 *     read(v) ?: 1                           tested; without a middle, nothing happens where it is true
 *     if (b ? dec_and_test(&b->v) : 1)       tested, as part of a condition
 */
function chosen(body: Reads, parent: Node, index: number, way: Way, found: Found): boolean {
  if (index !== 0) {
    way.isPart = true;
    return true;
  }
  truth(way);
  const [, yes, no] = parent.kids;
  const one = yes && amountOf(body, yes);
  const other = no && amountOf(body, no);
  if ((one === 1 && other === 0) || (one === 0 && other === 1)) {
    if (one === 0) way.isFlipped = !way.isFlipped;
    return true;
  }
  if (no === undefined) decide(body, way, found, [], yes && [yes]);
  else decide(body, way, found, [yes!], [no]);
  return false;
}

/** Comparisons, `&&`, `||`, and sums. */
function binary(body: Reads, parent: Node, index: number, way: Way, found: Found): boolean {
  const [left, right] = parent.kids;
  if (left === undefined || right === undefined) return true;
  const operator = body.text
    .slice(left.to, right.from)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .trim();
  if (operator === '&&' || operator === '||') {
    truth(way);
    way.isPart = true;
    // `dec_and_test(x) && destroy(x);` and `!dec_and_test(x) || destroy(x);` are an `if`.
    const isAct = index === 0 && parent.parent?.kind === 'expression_statement';
    if (isAct && operator === '&&') decide(body, way, found, [right], undefined);
    else if (isAct) decide(body, way, found, undefined, [right]);
    return !isAct;
  }
  if (Object.hasOwn(FLIPPED, operator)) {
    compare(
      index === 0 ? (operator as Relation) : FLIPPED[operator as Relation],
      amountOf(body, index === 0 ? right : left),
      way,
    );
    return true;
  }
  if (operator === '+' || operator === '-')
    sum(way, operator, amountOf(body, index === 0 ? right : left), index === 0);
  // `read(v) & MASK`, `read(v) / 2`: what that is compared with says nothing of v.
  else way.isTruth = true;
  return true;
}

/**
 * A local variable is followed to where it is read, until it is assigned again. A member or a global is not: others write
 * there, too. An assignment is a value itself, `if ((n = dec_return(v)) == 0)`, so the way may go on from here.
 */
function assigned(
  body: Reads,
  at: Node,
  parent: Node,
  index: number,
  result: Result,
  way: Way,
  found: Found,
  variables: number,
): boolean {
  if (index === 0) return false;
  const target = parent.kids[0]!;
  const name = textOf(body, target).replace(/^\*+/, '').trim();
  // `total += xchg(v, 0)`: what the sum is compared with, says nothing of one value.
  const isSum = /^\s*(?:[-+*/%&|^]|<<|>>)=/.test(body.text.slice(target.to, at.from));
  const isLocal =
    !isSum && (target.kind === 'identifier' || target.kind === 'pointer_declarator') && body.isLocal(name);
  if (!isLocal) {
    ended(way, found);
    rise(found, 'stored');
    return parent.kind === 'assignment_expression' && parent.parent?.kind !== 'expression_statement';
  }
  if (variables < 3) {
    const start = found.tests.length;
    const isCompared = way.tests.length > 0;
    ended(way, found);
    const compared = isCompared ? start : way.compared;
    const sort: Result = way.isTruth
      ? { gives: 'truth', shift: 0, isFlipped: way.isFlipped, ...(compared !== undefined && { compared }) }
      : { gives: result.gives, shift: way.shift, ...kept(way) };
    for (const read of readsAfter(body, name, at, parent)) follow(body, read, sort, found, variables + 1);
    if (way.isPart) found.isPart = true;
  }
  if (found.kind === 'void') rise(found, 'stored');
  return parent.kind === 'assignment_expression' && parent.parent?.kind !== 'expression_statement';
}

/** What of a value goes with it into a variable: `room = MOST - read(v); if (room <= 0)` asks whether v is at least MOST. */
function kept({ minuend, success }: Way): Pick<Result, 'minuend' | 'success'> {
  return { ...(minuend !== undefined && { minuend }), ...(success !== undefined && { success }) };
}

/** Reads of one variable that are followed; the first ones tell. */
const MOST_READS = 12;

/**
 * Where a variable is read, from the place on where it got the value until it gets another one. Loops are not gone around.
 *
 *     n = dec_return(v);
 *     if (bad) n = 0;          on a branch of its own: n may still be what the op gave
 *     if (n < 0) …             read
 *     n = other();             on all ways: from here on it is not
 *     if (n) …                 not read
 */
function readsAfter(body: Reads, name: string, value: Node, assignment: Node): Node[] {
  const reads: Node[] = [];
  const all = body.names.get(name) ?? [];
  const around = new Set<Node>();
  for (let at: Node | undefined = assignment; at !== undefined; at = at.parent) around.add(at);
  let low = 0;
  let high = all.length;
  // Names are in order: one that is set and read 50 000 times is not gone through from its beginning each time.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.from < value.to) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < all.length && reads.length < MOST_READS; at++) {
    const node = all[at]!;
    const { parent } = node;
    const isTarget =
      (parent?.kind === 'assignment_expression' || parent?.kind === 'init_declarator') &&
      node.index === 0 &&
      parent !== assignment;
    const isSet = isTarget && !/[-+|&^*/%]=/.test(body.text.slice(node.to, node.to + 4));
    if (isSet && (reads.length > 0 || isOnAllWays(parent, around))) break;
    if (!isTarget) reads.push(node);
  }
  return reads;
}

/** Whether an assignment is a statement of a block around the first one, so that nothing goes past it. */
function isOnAllWays(assignment: Node, around: ReadonlySet<Node>): boolean {
  const statement = assignment.parent;
  return (
    (statement?.kind === 'expression_statement' || statement?.kind === 'declaration') &&
    statement.parent?.kind === 'compound_statement' &&
    around.has(statement.parent)
  );
}

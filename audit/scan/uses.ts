import { collect } from './branches.ts';
import { amountOf, textOf } from './expressions.ts';
import type { UseFact } from './facts.ts';
import { enclosing, type Node } from './tree.ts';
import { argument, statement } from './use-ends.ts';
import {
  compare,
  decide,
  FLIPPED,
  type Found,
  negate,
  pending,
  type Reads,
  type Relation,
  type Result,
  rise,
  test,
  truth,
  type Way,
} from './ways.ts';

/** How the result of a call is used. */
export function useOf(body: Reads, call: Node, result: Result): UseFact {
  const found: Found = { kind: 'void', tests: [], yes: undefined, no: undefined, isPart: false };
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

/** Climbs from a value until it is known what becomes of it. */
function follow(body: Reads, from: Node, result: Result, found: Found, variables: number): void {
  const way: Way = {
    isTruth: result.gives === 'truth',
    isFlipped: false,
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

/** One step up. False if that is where the value ends. */
function climb(
  body: Reads,
  at: Node,
  parent: Node,
  result: Result,
  way: Way,
  found: Found,
  variables: number,
): boolean {
  const index = parent.kids.indexOf(at);
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
      return binary(body, at, parent, index, result, way, found);
    case 'comma_expression':
      return index === parent.kids.length - 1;
    case 'conditional_expression':
      if (index !== 0) return true;
      truth(way);
      decide(body, way, found, [parent.kids[1]!], [parent.kids[2] ?? parent.kids[1]!]);
      // `x ? 1 : 0` is returned or stored as the truth itself.
      return false;
    case 'assignment_expression':
    case 'init_declarator':
      return assigned(body, at, parent, index, result, way, found, variables);
    case 'argument_list':
      return argument(body, at, parent, index, way, found);
    case 'return_statement':
      pending(way, found);
      rise(found, way.isAssertion ? 'asserted' : 'returned');
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
      return statement(body, at, parent, index, result, way, found);
  }
}

function isLast(statement: Node): boolean {
  return statement.parent?.kids.at(-1) === statement;
}

/** Comparisons, `&&`, `||`, and sums. */
function binary(
  body: Reads,
  at: Node,
  parent: Node,
  index: number,
  result: Result,
  way: Way,
  found: Found,
): boolean {
  const [left, right] = parent.kids;
  if (left === undefined || right === undefined) return true;
  const operator = body.text
    .slice(left.to, right.from)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .trim();
  if (operator === '&&' || operator === '||') {
    truth(way);
    way.isPart = true;
    // `dec_and_test(x) && destroy(x)`
    if (index === 0 && operator === '&&' && !way.isFlipped) {
      const calls: string[] = [];
      collect(body, right, calls, false);
      const isAct = parent.parent?.kind === 'expression_statement';
      if (isAct) decide(body, way, found, [right], undefined);
      if (isAct) return false;
    }
    return true;
  }
  if (Object.hasOwn(FLIPPED, operator)) {
    compare(
      index === 0 ? (operator as Relation) : FLIPPED[operator as Relation],
      amountOf(body, index === 0 ? right : left),
      result,
      way,
    );
    return true;
  }
  // A sum is another value, and what that is compared with says nothing of ours; a mask is a truth.
  if (at.parent === parent && !way.isTruth) way.isTruth = operator === '&';
  return true;
}

/** A local variable is followed to where it is read, until it is assigned again. */
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
  const isLocal =
    (target.kind === 'identifier' || target.kind === 'pointer_declarator') && body.isLocal(name);
  if (!isLocal) {
    pending(way, found);
    rise(found, 'stored');
    return parent.kind === 'assignment_expression' && parent.parent?.kind !== 'expression_statement';
  }
  if (variables < 3) {
    const sort: Result = way.isTruth ? { gives: 'truth', shift: 0 } : result;
    const isFlipped = way.isTruth && way.isFlipped;
    pending(way, found);
    for (const read of readsAfter(body, name, at, parent)) {
      if (isFlipped) followFlipped(body, read, sort, found, variables);
      else follow(body, read, sort, found, variables + 1);
    }
  }
  if (found.kind === 'void') rise(found, 'stored');
  return parent.kind === 'assignment_expression' && parent.parent?.kind !== 'expression_statement';
}

/** A variable that holds the opposite: what happens where it is true, happens where the op says false. */
function followFlipped(body: Reads, read: Node, result: Result, found: Found, variables: number): void {
  const inner: Found = { kind: 'void', tests: [], yes: undefined, no: undefined, isPart: false };
  follow(body, read, result, inner, variables + 1);
  found.tests.push(...inner.tests);
  rise(found, inner.kind);
  found.yes ??= inner.no;
  found.no ??= inner.yes;
}

function readsAfter(body: Reads, name: string, value: Node, assignment: Node): Node[] {
  const reads: Node[] = [];
  for (const node of body.names.get(name) ?? []) {
    if (node.from < value.to) continue;
    const isTarget =
      (node.parent?.kind === 'assignment_expression' || node.parent?.kind === 'init_declarator') &&
      node.parent.kids[0] === node &&
      node.parent !== assignment;
    if (isTarget && !/[-+|&^*/%]=/.test(body.text.slice(node.to, node.to + 4))) {
      // An assignment on a branch of its own does not hide the rest.
      if (reads.length > 0) break;
      continue;
    }
    if (!isTarget && reads.length < 12) reads.push(node);
  }
  return reads;
}

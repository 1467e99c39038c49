import type { Amount, Test } from '../census/counter.ts';
import { type Body, branchOf, collect, leavesFrom, restAfter } from './branches.ts';
import { amountOf, argumentsOf, calleeOf, textOf } from './expressions.ts';
import type { BranchFact, UseFact } from './facts.ts';
import { awaits, isAssertion, isTransparent, prints } from './idioms.ts';
import type { Canonical } from './op-grammar.ts';
import { enclosing, type Node } from './tree.ts';

/** What of an op decides how its result is to be read. */
export type Result = Pick<Canonical, 'gives' | 'shift' | 'success'>;

/** A function that can be asked for the places where a local variable is read. */
export interface Reads extends Body {
  /** Names in order, with the nodes that are they. */
  readonly names: ReadonlyMap<string, readonly Node[]>;
  /** Whether a name is a local variable. */
  isLocal(name: string): boolean;
  readonly isMacro: boolean;
}

type Kind = UseFact['r'];
type Relation = Test['relation'];

/** The use of a value while it is looked for, upwards from the op. */
interface Found {
  kind: Kind;
  readonly tests: Test[];
  yes: BranchFact | undefined;
  no: BranchFact | undefined;
  isPart: boolean;
}

/** Where the value goes at one place on the way up. */
interface Way {
  /** It has become the truth of something. */
  isTruth: boolean;
  /** That truth is the opposite of what the op, or its first test, says. */
  isFlipped: boolean;
  isAssertion: boolean;
  isPart: boolean;
  /** A test that was met on this way, to be completed. */
  readonly tests: { relation: Relation; with: Amount }[];
}

const FLIPPED: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const LOOP = new Set(['while_statement', 'do_statement', 'for_statement']);
const RANK: readonly Kind[] = ['void', 'printed', 'passed', 'stored', 'returned', 'asserted', 'tested'];

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

function rise(found: Found, kind: Kind): void {
  if (RANK.indexOf(kind) > RANK.indexOf(found.kind)) found.kind = kind;
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

function negate(way: Way): void {
  if (way.isTruth) way.isFlipped = !way.isFlipped;
  else {
    way.tests.push({ relation: '==', with: 0 });
    way.isTruth = true;
  }
}

/** A value that decides something is asked whether it is not 0. */
function truth(way: Way): void {
  if (way.isTruth) return;
  way.tests.push({ relation: '!=', with: 0 });
  way.isTruth = true;
}

function test(way: Way, relation: Relation, amount: Amount, isAwaited = false): Test {
  return { relation, with: amount, isAssertion: way.isAssertion, isAwaited };
}

/** Tests that were met on the way are told, now that it is known what they are in. */
function pending(way: Way, found: Found, isAwaited = false): void {
  for (const { relation, with: amount } of way.tests)
    found.tests.push(test(way, relation, amount, isAwaited));
  way.tests.length = 0;
  if (way.isAssertion) rise(found, 'asserted');
}

function decide(
  body: Reads,
  way: Way,
  found: Found,
  yes: readonly Node[] | undefined,
  no: readonly Node[] | undefined,
  isAwaited = false,
): void {
  const isOnlyAsserted = way.isAssertion;
  pending(way, found, isAwaited);
  rise(found, isOnlyAsserted ? 'asserted' : 'tested');
  if (way.isPart) found.isPart = true;
  const [first, second] = way.isFlipped ? [no, yes] : [yes, no];
  if (found.yes === undefined && found.no === undefined) {
    found.yes = first && filled(branchOf(body, first));
    found.no = second && filled(branchOf(body, second));
  }
}

function filled(branch: BranchFact): BranchFact | undefined {
  return branch.c === undefined && branch.lv === undefined ? undefined : branch;
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

function compare(relation: Relation, amount: Amount, { shift, success }: Result, way: Way): void {
  if (way.isTruth) {
    if (amount === 0 && relation === '==') way.isFlipped = !way.isFlipped;
    else if (amount === 1 && relation === '!=') way.isFlipped = !way.isFlipped;
    else if (!((amount === 0 && relation === '!=') || (amount === 1 && relation === '==')))
      way.tests.push({ relation, with: amount });
    return;
  }
  way.isTruth = true;
  if (success !== undefined && success.value === amount && (relation === '==' || relation === '!=')) {
    way.isFlipped = (relation === '!=') !== success.not;
    return;
  }
  way.tests.push({ relation, with: shifted(amount, shift) });
}

/** `fetch_inc() == 0` is `inc_return() == 1`. */
function shifted(amount: Amount, by: Amount): Amount {
  if (by === 0) return amount;
  if (typeof amount === 'number' && typeof by === 'number') return amount + by;
  const text =
    typeof by === 'string' && by.startsWith('-') ? by : typeof by === 'number' && by < 0 ? `${by}` : `+${by}`;
  return `${amount}${text}`;
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

/** The argument of a call: asserted, awaited, printed, handed on as it is, or gone. */
function argument(body: Reads, at: Node, list: Node, index: number, way: Way, found: Found): boolean {
  const call = list.parent;
  if (call === undefined || call.kind !== 'call_expression') return true;
  const name = calleeOf(body, call);
  if (isAssertion(name)) {
    truth(way);
    way.isAssertion = true;
    return true;
  }
  if (awaits(name)) {
    truth(way);
    pending(way, found, true);
    rise(found, 'tested');
    return false;
  }
  if (isTransparent(name)) return true;
  // An iterator or a guard of the kernel's has its condition as an argument: `if_unlikely(x)`.
  if (/^(?:if|while|unless|scoped_cond_guard)_?/.test(name) && argumentsOf(call).length === 1) return true;
  pending(way, found);
  rise(found, prints(name) ? 'printed' : 'passed');
  return at === list && index === -1;
}

/** Statements: `if`, loops, `switch`; anything else keeps the value. */
function statement(
  body: Reads,
  at: Node,
  parent: Node,
  index: number,
  result: Result,
  way: Way,
  found: Found,
): boolean {
  switch (parent.kind) {
    case 'if_statement': {
      if (index !== 0) return false;
      truth(way);
      const yes = parent.kids[1]!;
      const other = parent.kids[2];
      const after = leavesFrom(body, yes) !== undefined ? restAfter(parent) : undefined;
      const isElse = other?.kind === 'else_clause';
      decide(body, way, found, [yes], isElse ? [...other.kids] : after);
      return false;
    }
    case 'while_statement':
    case 'do_statement': {
      const inner = parent.kind === 'do_statement' ? parent.kids[0] : parent.kids[1];
      if (parent.kids[parent.kind === 'do_statement' ? 1 : 0] !== at) return false;
      truth(way);
      const isWaiting = waitsOnly(body, inner);
      decide(body, way, found, inner === undefined ? [] : [inner], restAfter(parent), isWaiting);
      return false;
    }
    case 'for_statement':
      if (parent.kids.at(-1) === at) return false;
      truth(way);
      decide(body, way, found, [parent.kids.at(-1)!], restAfter(parent), waitsOnly(body, parent.kids.at(-1)));
      return false;
    case 'switch_statement':
      if (index === 0) cases(body, parent, result, way, found);
      return false;
    case 'compound_statement':
    case 'translation_unit':
    case 'function_definition':
    case 'declaration':
      return false;
    case 'subscript_expression':
    case 'initializer_list':
    case 'initializer_pair':
    case 'field_expression':
      pending(way, found);
      rise(found, 'stored');
      return false;
    default:
      return !LOOP.has(parent.kind);
  }
}

/** A loop whose body does nothing but let time pass. */
function waitsOnly(body: Reads, inner: Node | undefined): boolean {
  if (inner === undefined) return true;
  const text = textOf(body, inner).replace(/[{};\s]|\/\*[\s\S]*?\*\//g, '');
  return /^(?:(?:cpu_relax|cond_resched|schedule\w*|m?sleep|msleep\w*|udelay|usleep_range|ndelay|barrier|yield|cpu_chill|mdelay|fsleep|wait\w*|io_schedule|synchronize_\w+|set_current_state)\([^()]*\))*$/.test(
    text,
  );
}

function cases(body: Reads, parent: Node, { shift }: Result, way: Way, found: Found): void {
  const block = parent.kids[1];
  let first: Node | undefined;
  for (const one of block?.kids ?? []) {
    if (one.kind !== 'case_statement' || /^default\b/.test(textOf(body, one))) continue;
    const value = one.kids[0];
    if (value === undefined) continue;
    way.tests.push({ relation: '==', with: shifted(amountOf(body, value), shift) });
    first ??= one;
  }
  way.isTruth = true;
  decide(body, way, found, first?.kids.slice(1), undefined);
}

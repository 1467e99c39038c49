import type { Node } from 'web-tree-sitter';
import { isFor } from './vocabulary.ts';

/**
 * A statement with the statements inside of it, as people read them: a macro that loops is one with its body, and the two
 * branches of an `if` are two bodies.
 *
 *     list_for_each_entry(peer, &net->peers, link)     branch: its head is the macro's call
 *     	if (peer->dead) {                            branch in its bare body
 *     		found = peer;                            simple
 *     		break;                                   jump
 *     	}
 */
export interface Unit {
  readonly kind: 'simple' | 'jump' | 'declaration' | 'branch' | 'block' | 'label';
  /** Its range: of a loop macro that of both parts. */
  readonly from: number;
  readonly to: number;
  /** Nodes that stand in its head: a condition, or the whole of a simple statement. */
  readonly heads: readonly Node[];
  readonly bodies: readonly Body[];
}

/**
 * What a branch, a loop or a label runs.
 *
 *     if (x) { log(); }     { }     in braces nothing is needed where a statement was
 *     if (x) log();         ;       without them the `if` would take the next statement for its own
 */
export interface Body {
  readonly units: readonly Unit[];
  /** Not in braces: where its only statement goes, a `;` must stay. */
  readonly isBare: boolean;
}

const JUMPS = new Set(['return_statement', 'goto_statement', 'break_statement', 'continue_statement']);
const BRANCHES = new Set([
  ...['if_statement', 'while_statement', 'do_statement', 'for_statement', 'switch_statement'],
  'case_statement',
]);

/** The statements of a block, or the only one of a branch without braces. */
export function bodyOf(node: Node): Body {
  if (node.type === 'compound_statement') return { units: unitsOf(statementsIn(node)), isBare: false };
  // `else` holds a statement of its own.
  if (node.type === 'else_clause') {
    const [inner] = statementsIn(node);
    return inner ? bodyOf(inner) : { units: [], isBare: false };
  }
  return { units: unitsOf([node]), isBare: true };
}

function statementsIn(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null && child.type !== 'comment') as Node[];
}

/**
 * Statements of one block; a loop macro and what follows it are one.
 *
 * Two such macros in a row are two loops in each other: the second one, with its block, is the body of the first.
 */
function unitsOf(nodes: readonly Node[]): Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const next = nodes[at + 1];
    // `list_for_each_entry(…) { … }`: the grammar takes it for a call without its semicolon, and a block behind it.
    if (next && isLoopMacro(node)) {
      const body = isLoopMacro(next) ? unitsOf(nodes.slice(at + 1, at + 3)) : undefined;
      const inner: Body = body ? { units: body.slice(0, 1), isBare: true } : bodyOf(next);
      const to = body ? body[0]!.to : next.endIndex;
      units.push({ kind: 'branch', from: node.startIndex, to, heads: [node], bodies: [inner] });
      at += body ? 2 : 1;
    } else units.push(unitOf(node));
  }
  return units;
}

/**
 * `list_for_each_entry(peer, &peers, link)`, which has no semicolon behind it.
 *
 * An error of the grammar's that is of use: in C every other expression that is a statement ends in one.
 */
function isLoopMacro(node: Node): boolean {
  return node.type === 'expression_statement' && !node.text.trimEnd().endsWith(';');
}

/** What is no jump, declaration, block, label or branch has no statements in it, whatever it is, and is simple. */
function unitOf(node: Node): Unit {
  const place = { from: node.startIndex, to: node.endIndex };
  if (JUMPS.has(node.type)) return { kind: 'jump', ...place, heads: [node], bodies: [] };
  if (node.type === 'declaration') return { kind: 'declaration', ...place, heads: [node], bodies: [] };
  if (node.type === 'compound_statement')
    return { kind: 'block', ...place, heads: [], bodies: [bodyOf(node)] };
  if (node.type === 'labeled_statement') {
    const inner = statementsIn(node).filter(({ type }) => type !== 'statement_identifier');
    return { kind: 'label', ...place, heads: [], bodies: [{ units: unitsOf(inner), isBare: true }] };
  }
  if (BRANCHES.has(node.type)) {
    const isBody = (child: Node) => child.type.endsWith('_statement') || child.type === 'else_clause';
    const children = statementsIn(node);
    // A `case` holds its statements itself.
    if (node.type === 'case_statement') {
      const value = node.childForFieldName('value');
      const units = unitsOf(children.filter((child) => child.id !== value?.id));
      return { kind: 'branch', ...place, heads: value ? [value] : [], bodies: [{ units, isBare: false }] };
    }
    const heads = children.filter((child) => !isBody(child));
    return { kind: 'branch', ...place, heads, bodies: children.filter(isBody).map(bodyOf) };
  }
  // All branches of an #if are read; its lines stay.
  if (node.type.startsWith('preproc_')) {
    const inner = statementsIn(node).filter(({ type }) => /_statement$|^declaration$|^preproc_/.test(type));
    return { kind: 'block', ...place, heads: [], bodies: [{ units: unitsOf(inner), isBare: false }] };
  }
  return { kind: 'simple', ...place, heads: [node], bodies: [] };
}

/**
 * Whether a jump stands in it somewhere.
 *
 * Also deep inside: `if (dead) { log(); if (x) goto out; }` may leave.
 */
export function jumps(unit: Unit): boolean {
  return unit.kind === 'jump' || unit.bodies.some(({ units }) => units.some(jumps));
}

/** Not a declaration, and no way out. */
export function isAct({ kind, heads }: Unit): boolean {
  return kind !== 'declaration' && kind !== 'jump' && !heads.every(isTold);
}

/** A statement that prints: an op in it is no part of the protocol. One that warns is. */
export function isTold(node: Node): boolean {
  const call = node.type === 'expression_statement' ? node.namedChildren[0] : undefined;
  const callee = call?.type === 'call_expression' ? (call.childForFieldName('function')?.text ?? '') : '';
  return isFor(callee, 'neutral') && !isFor(callee, 'asserts');
}

import { argumentsOf, calleeOf, leading, textOf } from './expressions.ts';
import type { BranchFact } from './facts.ts';
import { isAssertion, isNoise, MAY_FREE } from './idioms.ts';
import type { Lines } from './lines.ts';
import { enclosing, type Node } from './tree.ts';

/** A function whose branches are read. */
export interface Body {
  readonly text: string;
  readonly lines: Lines;
  /** Statements by their labels. */
  readonly labels: ReadonlyMap<string, Node>;
}

/** How many calls are looked at, and how many are kept besides those that may free. */
const MOST_CALLS = 150;
const KEPT_CALLS = 12;
const KEPT_FREEING = 12;
const CONDITIONAL = new Set([
  'if_statement',
  'else_clause',
  'while_statement',
  'for_statement',
  'switch_statement',
  'case_statement',
  'conditional_expression',
]);
const LEAVING = new Set(['return_statement', 'goto_statement', 'break_statement', 'continue_statement']);
const BLOCK = new Set(['compound_statement']);

/** What is called on a branch, and how it leaves. */
export function branchOf(body: Body, statements: readonly Node[]): BranchFact {
  const calls: string[] = [];
  const leaves = walkStatements(body, statements, calls, false, new Set());
  return {
    ...(calls.length > 0 && { c: keptOf(calls) }),
    ...(leaves !== undefined && { lv: leaves }),
  };
}

/** The first calls, and those whose names say that they may free; a free often is the last thing of many. */
function keptOf(calls: readonly string[]): string[] {
  let freeing = 0;
  return calls.filter(
    (call, index) =>
      index < KEPT_CALLS || (MAY_FREE.test(call.slice(0, call.indexOf(' '))) && freeing++ < KEPT_FREEING),
  );
}

/** The statements after one in its block and, until something leaves, in the blocks around it. */
export function restAfter(statement: Node): Node[] {
  const rest: Node[] = [];
  let at = statement;
  while (at.parent !== undefined) {
    const { parent } = at;
    if (/^(?:for|while|do)_statement$/.test(parent.kind) || parent.kind === 'function_definition') break;
    if (
      parent.kind === 'compound_statement' ||
      parent.kind === 'case_statement' ||
      parent.kind === 'translation_unit'
    ) {
      rest.push(...parent.kids.slice(parent.kids.indexOf(at) + 1));
      if (rest.some(({ kind }) => LEAVING.has(kind))) break;
    }
    at = parent;
  }
  return rest;
}

/** Whether a statement surely leaves: it is, or ends in, a return or a jump. */
export function leavesFrom(body: Body, statement: Node | undefined): string | undefined {
  if (statement === undefined) return undefined;
  if (statement.kind === 'compound_statement' || statement.kind === 'else_clause')
    return leavesFrom(body, statement.kids.at(-1));
  if (statement.kind === 'expression_statement') {
    const call = statement.kids[0];
    if (
      call?.kind === 'call_expression' &&
      /^(?:BUG|panic|do_exit|make_task_dead)$/.test(calleeOf(body, call))
    )
      return 'BUG';
  }
  if (!LEAVING.has(statement.kind)) return undefined;
  const text = textOf(body, statement).replace(/;\s*$/, '').replace(/\s+/g, ' ').trim();
  return (
    statement.kind === 'return_statement' && text !== 'return' ? text.replace(/^return\s*/, '') : text
  ).slice(0, 60);
}

/**
 * Calls of statements in order, until one leaves. After a return under a condition, calls are conditional too, unless the
 * condition only asks whether there is an object.
 */
function walkStatements(
  body: Body,
  statements: readonly Node[],
  calls: string[],
  isNested: boolean,
  labels: Set<string>,
): string | undefined {
  let nested = isNested;
  for (const statement of statements) {
    collect(body, statement, calls, nested);
    const leaves = leavesFrom(body, statement);
    if (leaves !== undefined) {
      const label = /^goto (\w+)$/.exec(leaves)?.[1] ?? '';
      const target = body.labels.get(label);
      if (target !== undefined && !labels.has(label) && calls.length < MOST_CALLS) {
        labels.add(label);
        walkStatements(body, [target, ...restAfter(target)], calls, nested, labels);
      }
      return leaves;
    }
    if (calls.length >= MOST_CALLS) return undefined;
    if (statement.kind === 'if_statement' && leavesFrom(body, statement.kids[1]) !== undefined)
      nested ||= !isNullCheck(body, statement.kids[0]);
  }
  return undefined;
}

function isNullCheck(body: Body, condition: Node | undefined): boolean {
  return (
    condition !== undefined &&
    /^\(\s*(?:!\s*[\w>.-]+|IS_ERR(?:_OR_NULL)?\s*\([^()]*\)|[\w>.-]+\s*==\s*NULL)\s*\)$/.test(
      textOf(body, condition),
    )
  );
}

/** Calls of an expression or statement, each with its line and the leading names of its arguments. */
export function collect(body: Body, node: Node, calls: string[], isNested: boolean): void {
  if (calls.length >= MOST_CALLS) return;
  if (node.kind === 'call_expression') {
    const name = calleeOf(body, node);
    if (name !== '' && !isNoise(name) && !isAssertion(name)) {
      const args = argumentsOf(node).map((argument) => leading(body, argument));
      calls.push(`${isNested ? '?' : ''}${name} ${body.lines.lineOf(node.from)} ${args.join(',')}`);
    }
  }
  const isCondition = CONDITIONAL.has(node.kind);
  node.kids.forEach((kid, index) => {
    // The condition itself is always reached; so is the right side of a declaration.
    const isInside =
      isCondition && !(index === 0 && node.kind !== 'else_clause' && node.kind !== 'case_statement');
    collect(body, kid, calls, isNested || isInside);
  });
}

/** The statement that a node is part of, directly within a block. */
export function statementOf(node: Node): Node {
  let at = node;
  const block = enclosing(node, BLOCK);
  while (at.parent !== undefined && at.parent !== block) at = at.parent;
  return at;
}

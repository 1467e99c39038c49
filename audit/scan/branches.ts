import { waysThrough } from './branch-ways.ts';
import { argumentsOf, calleeOf, leading, textOf } from './expressions.ts';
import type { BranchFact } from './facts.ts';
import { isAssertion, isNoise, MAY_FREE } from './idioms.ts';
import type { Lines } from './lines.ts';
import type { Node } from './tree.ts';

/** A function whose branches are read. */
export interface Body {
  readonly text: string;
  readonly lines: Lines;
  /** Statements by their labels. */
  readonly labels: ReadonlyMap<string, Node>;
  /** Whether a name is a variable that points to something. */
  isPointer(name: string): boolean;
}

/** How many calls are looked at, and how many are kept besides those that may free. */
const MOST_CALLS = 100;
const KEPT_CALLS = 12;
const KEPT_FREEING = 12;
/**
 * A branch is the rest of the function, often, and each op of it has one. Beyond these it is cut off, so that a function
 * of 100 000 lines does not take the square of that.
 */
const MOST_STATEMENTS = 200;
const MOST_NODES = 5000;
/** What stands in these is not reached by all; their conditions, which come first, are. */
const CONDITIONAL = new Set([
  'if_statement',
  'else_clause',
  'while_statement',
  'for_statement',
  'switch_statement',
  'case_statement',
  'conditional_expression',
]);
/** Statements after which nothing of a block is reached. */
export const LEAVING: ReadonlySet<string> = new Set([
  'return_statement',
  'goto_statement',
  'break_statement',
  'continue_statement',
]);

/** Calls while they are gathered. */
interface Calls {
  readonly list: string[];
  /** Where each of them begins in the text. */
  readonly places: number[];
  /** Nodes that may still be looked at. */
  left: number;
}

/** What is called on a branch, and how it leaves. */
export function branchOf(body: Body, statements: readonly Node[]): BranchFact {
  const calls: Calls = { list: [], places: [], left: MOST_NODES };
  const leaves = walkStatements(body, statements, calls, false, new Set());
  const kept = keptOf(calls.list);
  const ways = waysOf(body, statements, calls, kept);
  return {
    ...(kept.length > 0 && { c: kept.map((index) => calls.list[index]!) }),
    ...(leaves !== undefined && { lv: leaves }),
    ...(ways !== undefined && { w: ways }),
  };
}

/** Each way through a branch, as the kept calls that are made on it; nothing where one of them makes none. */
function waysOf(
  body: Body,
  statements: readonly Node[],
  { list, places }: Calls,
  kept: readonly number[],
): readonly string[] | undefined {
  // Only what may be skipped makes ways worth telling.
  if (!kept.some((index) => list[index]!.startsWith('?'))) return undefined;
  const isGuard = (statement: Node) => isNullCheck(body, statement.kids[0]) && statement.kids.length === 2;
  const ways = waysThrough(body, statements, restAfter, isGuard);
  const told = ways?.map((way) => {
    const made = new Set(way);
    return kept.flatMap((index, at) => (made.has(places[index]!) ? [at] : [])).join(',');
  });
  return told === undefined || told.includes('') ? undefined : [...new Set(told)];
}

/** Which calls are kept: the first ones, and those whose names say that they may free; a free often is the last thing of many. */
function keptOf(calls: readonly string[]): number[] {
  let freeing = 0;
  return calls.flatMap((call, index) =>
    index < KEPT_CALLS || (MAY_FREE.test(call.slice(0, call.indexOf(' '))) && freeing++ < KEPT_FREEING)
      ? [index]
      : [],
  );
}

/**
 * The statements after one in its block and, until something leaves, in the blocks around it: what happens where
 * `if (!dec_and_test(v)) return;` does not return. The next round of a loop is not among them.
 */
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
      rest.push(...parent.kids.slice(at.index + 1, at.index + 1 + MOST_STATEMENTS));
      if (rest.length > MOST_STATEMENTS) break;
      if (rest.some(({ kind }) => LEAVING.has(kind))) break;
    }
    at = parent;
  }
  return rest;
}

/** Whether a statement surely leaves: it is, or ends in, a return or a jump. */
export function leavesFrom(body: Body, statement: Node | undefined): string | undefined {
  if (statement === undefined) return undefined;
  if (/^(?:compound_statement|else_clause|labeled_statement)$/.test(statement.kind))
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
 * condition only asks whether there is an object:
 *
 *     if (!b) return;                          kfree is sure
 *     if (b->busy) return;                     kfree is conditional
 *     while (next(b)) if (bad(b)) goto out;    so it is here
 *     kfree(b);
 */
function walkStatements(
  body: Body,
  statements: readonly Node[],
  calls: Calls,
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
      if (target !== undefined && !labels.has(label) && isOpen(calls)) {
        labels.add(label);
        walkStatements(body, [target, ...restAfter(target)], calls, nested, labels);
      }
      return leaves;
    }
    if (!isOpen(calls)) return undefined;
    const [condition, ...inner] = statement.kids;
    const isGuard = statement.kind === 'if_statement' && inner.length === 1 && isNullCheck(body, condition);
    nested ||= !isGuard && JUMPS_IN.has(statement.kind) && jumps(statement, calls);
  }
  return undefined;
}

/** Statements that may leave the function, and may not. */
const JUMPS_IN: ReadonlySet<string> = new Set([
  'if_statement',
  'while_statement',
  'for_statement',
  'do_statement',
  'switch_statement',
  'compound_statement',
]);

/** Whether there is a return or a goto in a statement, however deep. */
function jumps(node: Node, calls: Calls): boolean {
  if (node.kind === 'return_statement' || node.kind === 'goto_statement') return true;
  // Neither is in an expression.
  if (calls.left-- <= 0 || !/_statement$|^else_clause$/.test(node.kind)) return false;
  return node.kids.some((kid) => jumps(kid, calls));
}

/** Whether more calls are of interest. */
function isOpen({ list, left }: Calls): boolean {
  return list.length < MOST_CALLS && left > 0;
}

/**
 * `if (!p) return;` and `if (IS_ERR(p)) return;` leave nothing out that would matter: without an object nothing is
 * freed. What is
 * freed after them is not called conditional, while after `if (p->busy) return;` it is.
 */
function isNullCheck(body: Body, condition: Node | undefined): boolean {
  if (condition === undefined || condition.to - condition.from > 80) return false;
  const text = textOf(body, condition).replace(/^\(\s*unlikely\s*(\(.*\))\s*\)$/, '$1');
  if (/^\(\s*IS_ERR(?:_OR_NULL)?\s*\([^()]*\)\s*\)$/.test(text)) return true;
  const name = /^\(\s*(?:!\s*(\w+)|(\w+)\s*==\s*NULL|NULL\s*==\s*(\w+))\s*\)$/.exec(text);
  // `if (!force)` and `if (!b->dead)` look the same, and are conditions.
  return name !== null && body.isPointer((name[1] ?? name[2] ?? name[3])!);
}

/** Calls of an expression or statement, each with its line and the leading names of its arguments. */
function collect(body: Body, node: Node, calls: Calls, isNested: boolean): void {
  if (!isOpen(calls)) return;
  calls.left--;
  if (node.kind === 'call_expression') {
    const name = calleeOf(body, node);
    if (name !== '' && !isNoise(name) && !isAssertion(name)) {
      const args = argumentsOf(node).map((argument) => leading(body, argument));
      calls.list.push(`${isNested ? '?' : ''}${name} ${body.lines.lineOf(node.from)} ${args.join(',')}`);
      calls.places.push(node.from);
    }
  }
  const isCondition = CONDITIONAL.has(node.kind) || isLogical(body, node);
  node.kids.forEach((kid, index) => {
    // The condition itself is always reached; so is the right side of a declaration.
    const isInside =
      isCondition && !(index === 0 && node.kind !== 'else_clause' && node.kind !== 'case_statement');
    collect(body, kid, calls, isNested || isInside);
  });
}

/** `a && f(b)`: f is called under the condition a. */
function isLogical({ text }: Body, { kind, kids }: Node): boolean {
  return (
    kind === 'binary_expression' &&
    kids.length === 2 &&
    /&&|\|\|/.test(text.slice(kids[0]!.to, kids[1]!.from))
  );
}

import { argumentsOf, calleeOf, textOf } from './expressions.ts';
import type { Node } from './tree.ts';

/*
 * The ways through a branch. A free under a condition says little by itself: the other way may free as well, and then the
 * object is gone whichever was taken.
 *
 *     if (dec_and_test(&n->refs)) {
 *             if (n->isOwn) kfree(n->name);          two ways: {kfree(name), cache_free(n)} and {cache_free(n)}
 *             cache_free(n);
 *     }
 *     if (n->isBig) big_free(n); else kfree(n);      two ways, and n is gone after both
 *     if (!n->keep) kfree(n);                        two ways, and the second one has nothing: n may be kept
 */

/** What is needed of the function that a branch stands in. */
interface Read {
  readonly text: string;
  readonly labels: ReadonlyMap<string, Node>;
}

/** Beyond so many ways, nothing is said. */
const MOST_WAYS = 12;
const MOST_STEPS = 400;

/** One way while it is walked: calls by their places in the text, and whether it has left. */
interface Way {
  readonly calls: readonly number[];
  readonly hasLeft: boolean;
}

/** How much is left of what may be looked at, and the labels that were jumped to. */
interface Walk {
  readonly body: Read;
  left: number;
  readonly labels: Set<string>;
  readonly restAfter: (statement: Node) => Node[];
  readonly isGuard: (statement: Node) => boolean;
}

/** Thrown away where there are too many ways, or loops and switches leave from their middle. */
type Ways = readonly Way[] | undefined;

/**
 * The calls on each way through some statements, by where they begin in the text.
 *
 * @returns undefined where there is only one way, or the ways cannot be told apart by lines alone
 */
export function waysThrough(
  body: Read,
  statements: readonly Node[],
  restAfter: (statement: Node) => Node[],
  isGuard: (statement: Node) => boolean,
): readonly (readonly number[])[] | undefined {
  const walk: Walk = { body, left: MOST_STEPS, labels: new Set(), restAfter, isGuard };
  const ways = through(walk, statements, [{ calls: [], hasLeft: false }]);
  return ways === undefined || ways.length < 2 ? undefined : ways.map(({ calls }) => calls);
}

/** Statements in order, on each of the ways that have not left. */
function through(walk: Walk, statements: readonly Node[], before: readonly Way[]): Ways {
  let ways: Ways = before;
  for (const statement of statements) {
    if (ways.every(({ hasLeft }) => hasLeft)) return ways;
    const left: readonly Way[] = ways.filter(({ hasLeft }) => hasLeft);
    const open: readonly Way[] = ways.filter(({ hasLeft }) => !hasLeft);
    const next: Ways = step(walk, statement, open);
    if (next === undefined || left.length + next.length > MOST_WAYS) return undefined;
    ways = [...left, ...next];
  }
  return ways;
}

function step(walk: Walk, statement: Node, ways: readonly Way[]): Ways {
  if (walk.left-- <= 0) return undefined;
  const { kind, kids } = statement;
  if (kind === 'compound_statement' || kind === 'labeled_statement' || kind === 'else_clause')
    return through(walk, kids, ways);
  if (kind === 'if_statement') return choice(walk, statement, ways);
  if (/^(for|while|do|switch)_statement$/.test(kind)) {
    // What a loop calls may be called no time at all; and one that leaves from its middle is not followed.
    return leavesWithin(statement) ? undefined : ways;
  }
  const after = withCalls(walk.body, statement, ways);
  if (kind === 'goto_statement') return jump(walk, statement, after);
  if (/^(return|break|continue)_statement$/.test(kind)) return after.map(gone);
  return after;
}

const gone = ({ calls }: Way): Way => ({ calls, hasLeft: true });

function choice(walk: Walk, statement: Node, ways: readonly Way[]): Ways {
  const [condition, yes, no] = statement.kids;
  if (condition === undefined || yes === undefined) return ways;
  // Without an object there is nothing to free, so that way is none.
  if (walk.isGuard(statement) && no === undefined) return ways;
  const asked = withCalls(walk.body, condition, ways);
  const taken = step(walk, yes, asked);
  if (taken === undefined) return undefined;
  if (no === undefined && isAboutWhatIsCalled(walk.body, condition, yes)) return taken;
  const other = no === undefined ? asked : step(walk, no, asked);
  return other === undefined ? undefined : [...taken, ...other];
}

/** On from a label, once; a second jump to it is a loop. */
function jump(walk: Walk, statement: Node, ways: readonly Way[]): Ways {
  const label = textOf(walk.body, statement).match(/goto\s+(\w+)/)?.[1] ?? '';
  const target = walk.body.labels.get(label);
  if (target === undefined) return ways.map(gone);
  if (walk.labels.has(label)) return undefined;
  walk.labels.add(label);
  const after = through(walk, [target, ...walk.restAfter(target)], ways)?.map(gone);
  // Another way may jump to the same place: only who comes back to it is in a loop.
  walk.labels.delete(label);
  return after;
}

/** `if (n->ops->done) n->ops->done(n);`, `if (n) kfree(n);`: what is not there cannot be called, or freed. */
function isAboutWhatIsCalled(body: Read, condition: Node, yes: Node): boolean {
  const asked = textOf(body, condition)
    .replace(/[\s()]/g, '')
    .replace(/!=NULL$/, '');
  const only = yes.kind === 'compound_statement' ? (yes.kids.length === 1 ? yes.kids[0] : undefined) : yes;
  const call = only?.kind === 'expression_statement' ? only.kids[0] : undefined;
  if (call?.kind !== 'call_expression') return false;
  const [callee] = call.kids;
  const called = callee === undefined ? '' : textOf(body, callee).replace(/[\s()]/g, '');
  const given = argumentsOf(call).map((argument) => textOf(body, argument).replace(/\s/g, ''));
  return called === asked || given.includes(asked);
}

/** Calls that are surely made by an expression: not behind `&&`, `||` or `?`. */
function withCalls(body: Read, node: Node, ways: readonly Way[]): readonly Way[] {
  const found: number[] = [];
  const visit = (at: Node): void => {
    if (at.kind === 'call_expression' && calleeOf(body, at) !== '') found.push(at.from);
    const isShort =
      at.kind === 'conditional_expression' ||
      (at.kind === 'binary_expression' &&
        at.kids.length === 2 &&
        /&&|\|\|/.test(body.text.slice(at.kids[0]!.to, at.kids[1]!.from)));
    for (const kid of isShort ? at.kids.slice(0, 1) : at.kids) visit(kid);
  };
  visit(node);
  return found.length === 0
    ? ways
    : ways.map(({ calls, hasLeft }) => ({ calls: [...calls, ...found], hasLeft }));
}

function leavesWithin(node: Node): boolean {
  if (node.kind === 'return_statement' || node.kind === 'goto_statement') return true;
  return /_statement$|^else_clause$/.test(node.kind) && node.kids.some(leavesWithin);
}

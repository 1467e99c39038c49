import type { Node } from 'web-tree-sitter';
import type { Counter, Site } from '../census/counter.ts';
import type { Chosen } from './chosen.ts';
import {
  baseOf,
  callsIn,
  type FunctionFacts,
  identifiersIn,
  membersIn,
  type Variable,
} from './function-facts.ts';
import { declaredName } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/** How an object begins, as far as the functions that are run ask. */
export interface Creation {
  /** What the count is set to; undefined where that is no number, or where nobody sets it. */
  readonly start: number | undefined;
  /** The variable that the new object is called there. */
  readonly object: string;
  /** Statements, as they are written, that set up what ops look at. */
  readonly statements: readonly Node[];
  /** Parameters and locals that these need; a local comes after what its value needs. */
  readonly needs: readonly Need[];
  /** Some of the statements puts the object where others find it. */
  readonly isPublished: boolean;
  /** The function hands its caller the object: he holds what the count starts at. */
  readonly isReturned: boolean;
}

/** A variable that a statement needs. */
export interface Need extends Variable {
  /** What it is set to there, if that is no new memory; parameters have none. */
  readonly value?: Node;
}

/**
 * Takes out of the function that makes the object what sets up locks, lists and members that matter.
 *
 *     struct peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL);     left: the memory is refuzz's
 *     peer->key = key;                                            taken where ops look at `key`, which it needs
 *     peer->born = jiffies;                                       left where no op looks at `born`
 *     atomic_set(&peer->refs, 1);                                 left: each state sets a count of its own
 *     list_add(&peer->link, &net->peers);                         taken, and needs `net`
 *
 * @param members those that matter
 * @param isAtHand whether a function is one of refuzz's, or of the file in which the object is made
 */
export function creationOf(
  counter: Counter,
  creator: Chosen | undefined,
  members: ReadonlySet<string>,
  objectTypes: ReadonlySet<string>,
  isAtHand: (callee: string) => boolean,
): Creation {
  const start = startOf(counter, creator);
  if (!creator)
    return { start, object: '', statements: [], needs: [], isPublished: false, isReturned: false };
  const { facts } = creator;
  const site = creator.sites.find(({ op }) => op === 'set' || op === 'init');
  const objects = [...facts.variables].filter(([, type]) => objectTypes.has(type)).map(([name]) => name);
  const object = objects.find((name) => name === site?.object) ?? objects[0] ?? site?.object ?? '';
  const isCounter = (node: Node) =>
    creator.sites.some(({ from, to }) => from < node.endIndex && to > node.startIndex);
  const all = facts.body.descendantsOfType('expression_statement').filter((one) => one !== null) as Node[];
  const own = all.filter((one) => !isCounter(one) && setsUp(one, object, members));
  const locks = new Set(own.flatMap((one) => locksAround(one)).map(({ id }) => id));
  const statements = all.filter((one) => locks.has(one.id) || own.includes(one));
  const needs: Need[] = [];
  for (const one of statements) need(facts, one, object, needs, isAtHand);
  return {
    ...{ start, object, statements, needs },
    isPublished: statements.some((one) => callsIn(one).some(({ callee }) => isFor(callee, 'publishes'))),
    isReturned: objectTypes.has(facts.returns),
  };
}

/**
 * What it starts at: what the function says that makes the objects of the protocol, as its statements set up the states, or
 * else what most of the others say. A count that is handed in as a parameter says nothing, a kref has one way to begin, and
 * no amount in it, and a variable that nobody sets is 0.
 *
 *     set(1) in f(), set(1) in g(), set(2) in h()      1; and 2 of objects that h() makes
 */
function startOf({ type, sites, struct }: Counter, creator: Chosen | undefined): number | undefined {
  const isSet = ({ op }: Site) => op === 'init' || op === 'set';
  const set = sites.filter((site) => site.op === 'init' || (isSet(site) && site.isCreation !== false));
  const numbers = (some: readonly Site[]) =>
    some
      .map(({ amounts }) => (type === 'kref' ? 1 : amounts[0]))
      .filter((value): value is number => typeof value === 'number');
  const [own] = numbers(creator?.sites.filter((site) => set.includes(site)) ?? []);
  const all = numbers(set);
  const times = (value: number) => all.filter((one) => one === value).length;
  const [most] = all.toSorted((one, other) => times(other) - times(one));
  // `set(2)` by the first user is no start: the variable is 0 until then.
  const isZeroed = struct === '' && type !== 'kref' && !sites.some(({ op }) => op === 'init');
  return own ?? most ?? (isZeroed ? 0 : undefined);
}

/**
 * Whether a statement sets up what ops look at: a member that matters, its lock or list, or the place where the object is found.
 *
 *     peer->key = key;                           if some op compares keys
 *     spin_lock_init(&peer->lock);               if some op takes that lock
 *     list_add(&peer->link, &net->peers);        always
 *     net->peers[key] = peer;                    always
 *     peer->name = kstrdup(name, GFP_KERNEL);    never: memory beside the object
 */
function setsUp(statement: Node, object: string, members: ReadonlySet<string>): boolean {
  if (object === '' || !statement.text.trimEnd().endsWith(';')) return false;
  const [expression] = statement.namedChildren;
  if (!expression) return false;
  if (expression.type === 'assignment_expression') {
    const left = expression.childForFieldName('left');
    // `table->slots[at] = peer;`
    if (left && expression.childForFieldName('right')?.text === object && /->|\[|\./.test(left.text))
      return true;
    if (!left || baseOf(left) !== object || left.type !== 'field_expression') return false;
    // What is allocated beside the object is another matter.
    const right = expression.childForFieldName('right');
    if (right && callsIn(right).some(({ callee }) => isFor(callee, 'allocates'))) return false;
    return [...membersIn(left)].some((member) => members.has(member));
  }
  if (expression.type !== 'call_expression') return false;
  const callee = expression.childForFieldName('function')?.text ?? '';
  if (isFor(callee, 'publishes')) return identifiersIn(expression).has(object);
  const isAbout = callsIn(expression)[0]?.args.some(
    (arg) => baseOf(arg) === object && [...membersIn(arg)].some((member) => members.has(member)),
  );
  return isAbout === true && /init|INIT|setup/.test(callee);
}

/**
 * What is published under a lock may insist on it: the lock before it and the unlock behind, in the same block.
 *
 *     spin_lock(&net->lock);                  taken, though no op of the counter is near
 *     peer->born = jiffies;
 *     list_add(&peer->link, &net->peers);     published
 *     spin_unlock(&net->lock);                taken
 */
function locksAround(statement: Node): Node[] {
  if (!callsIn(statement).some(({ callee }) => isFor(callee, 'publishes'))) return [];
  const isLock = (one: Node, wanted: RegExp) =>
    one.type === 'expression_statement' &&
    callsIn(one).some(({ callee }) => isFor(callee, 'lock') && wanted.test(callee));
  const beside = statement.parent?.namedChildren.filter((one) => one !== null) ?? [];
  const at = beside.findIndex(({ id }) => id === statement.id);
  const before = beside.slice(0, at).findLast((one) => isLock(one, /lock|down|guard/));
  const behind = beside.slice(at + 1).find((one) => isLock(one, /unlock|up/));
  const isTaken = before !== undefined && !isLock(before, /unlock|^up/);
  return isTaken && behind ? [before, behind] : [];
}

/**
 * Adds the variables below a node, each after those that its value needs.
 *
 * `list_add(&peer->link, &net->peers)` with `struct net *net = dev->net;` needs `dev`, and then `net`.
 */
function need(
  facts: FunctionFacts,
  node: Node,
  object: string,
  needs: Need[],
  isAtHand: (callee: string) => boolean,
): void {
  for (const name of identifiersIn(node)) {
    const type = facts.variables.get(name);
    if (type === undefined || name === object || needs.some((one) => one.name === name)) continue;
    const isParam = facts.params.some((one) => one.name === name);
    const value = isParam ? undefined : givenTo(facts.body, name);
    const calls = value ? callsIn(value) : [];
    // What another file hands out is no state to start from: something stands for it.
    const isNew =
      !value ||
      identifiersIn(value).has(object) ||
      calls.some(({ callee }) => isFor(callee, 'allocates') || !isAtHand(callee));
    // One that depends on itself ends here.
    const at = needs.push({ name, type }) - 1;
    if (isNew) continue;
    needs.splice(at, 1);
    need(facts, value, object, needs, isAtHand);
    needs.push({ name, type, value });
  }
}

/**
 * What a variable is set to, where it is declared or first assigned.
 *
 * The first assignment, as later ones belong to what happens on the way, and a state is set up before all that.
 */
function givenTo(body: Node, name: string): Node | undefined {
  const declared = body
    .descendantsOfType('init_declarator')
    .find((one) => one && declaredName(one.childForFieldName('declarator')) === name);
  const assigned = body
    .descendantsOfType('assignment_expression')
    .find((one) => one?.childForFieldName('left')?.text === name);
  return declared?.childForFieldName('value') ?? assigned?.childForFieldName('right') ?? undefined;
}

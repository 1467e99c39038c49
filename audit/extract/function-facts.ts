import type { Node } from 'web-tree-sitter';
import { type Definition, declaredName } from './source-index.ts';

/** A parameter or a local variable. */
export interface Variable {
  readonly name: string;
  /** As it is written, with its stars: `struct peer *`, `const char *`, `int`. */
  readonly type: string;
}

/**
 * A function of the tree, as far as its head says.
 *
 *     static struct peer *peer_find(struct net *net, int key) { struct peer *at; … }
 *     params net, key; returns `struct peer *`; variables net, key, at
 */
export interface FunctionFacts {
  readonly name: string;
  readonly definition: Definition;
  readonly params: readonly Variable[];
  /** What it returns: `struct peer *`, `bool`, `void`. */
  readonly returns: string;
  /** Parameters and locals, by name. */
  readonly variables: ReadonlyMap<string, string>;
  readonly body: Node;
}

/** A call, with its arguments as nodes. */
export interface Call {
  /** Empty for one through a pointer. */
  readonly callee: string;
  readonly args: readonly Node[];
  readonly node: Node;
}

/**
 * A parameter without a name counts as none, and a function without a type returns an `int`, as in C of old.
 *
 * @returns undefined for what has no body that the grammar could make out
 */
export function factsOf(definition: Definition): FunctionFacts | undefined {
  const { node, name } = definition;
  const body = node.childForFieldName('body');
  const declarator = node.childForFieldName('declarator');
  if (!body || !declarator) return undefined;
  const list = first(declarator, 'parameter_list');
  const params = (list?.namedChildren ?? []).flatMap((one) => variablesOf(one));
  const locals = body.descendantsOfType('declaration').flatMap((one) => variablesOf(one));
  const stars = declarator.text.slice(0, declarator.text.indexOf(name)).replaceAll(/[^*]/g, '');
  const type = node.childForFieldName('type')?.text ?? 'int';
  return {
    ...{ name, definition, params, body },
    // An attribute before the type is taken for the type, and the type for an error behind it.
    returns: spaced(/\bbool\b/.test(headOf(node, body)) && stars === '' ? 'bool' : type, stars),
    variables: new Map([...params, ...locals].map((one) => [one.name, one.type])),
  };
}

/** A function's head up to its parameters: where the grammar has lost its type, the word is still there. */
function headOf(node: Node, body: Node): string {
  return node.text.slice(0, body.startIndex - node.startIndex).replace(/\([\s\S]*$/, '');
}

function first(node: Node, type: string): Node | undefined {
  return node.descendantsOfType(type)[0] ?? undefined;
}

/** `struct peer` and `*` as declarations are compared: `struct peer *`. */
function spaced(type: string, stars: string): string {
  const words = type.replaceAll(/\s+/g, ' ').trim();
  return stars === '' ? words : `${words} ${stars}`;
}

/**
 * What a declaration or a parameter declares: `struct peer *a, b;` two.
 *
 * An array is handed on as a pointer, so it has the type of one: `struct peer *slots[8]` is a `struct peer **`.
 */
function variablesOf(declaration: Node | null): Variable[] {
  const type = declaration?.childForFieldName('type');
  if (!declaration || !type) return [];
  return declaration.childrenForFieldName('declarator').flatMap((one) => {
    const name = declaredName(one);
    if (!one || !name) return [];
    const head = one.text.slice(0, one.text.indexOf(name));
    const isArray = one.text.slice(head.length + name.length).startsWith('[');
    return [{ name, type: spaced(type.text, head.replaceAll(/[^*]/g, '') + (isArray ? '*' : '')) }];
  });
}

/**
 * Every call below a node, the outermost first.
 *
 * `peer_put(peer_find(net, key))` gives `peer_put`, then `peer_find`; `ops->open(dev)` one that has no name.
 */
export function callsIn(node: Node): Call[] {
  return node.descendantsOfType('call_expression').flatMap((call) => {
    const callee = call?.childForFieldName('function');
    const args = call?.childForFieldName('arguments')?.namedChildren ?? [];
    if (!call || !callee) return [];
    const isNamed = callee.type === 'identifier';
    return [{ callee: isNamed ? callee.text : '', args: args.filter((one) => one !== null), node: call }];
  });
}

/** The names below a node: variables, functions and constants alike; members are not among them. */
export function identifiersIn(node: Node): Set<string> {
  return textsOf(node, 'identifier');
}

/** The members that are named below a node. */
export function membersIn(node: Node): Set<string> {
  return textsOf(node, 'field_identifier');
}

function textsOf(node: Node, type: string): Set<string> {
  return new Set(node.descendantsOfType(type).flatMap((one) => one?.text ?? []));
}

/**
 * The identifier that an expression begins with: `p` of `&p->rcu`, `list` of `list[3].next`.
 *
 * By the text, since it asks the same of casts, addresses and negations, which are nodes of many kinds.
 */
export function baseOf(node: Node): string {
  return /^[\s(&*!-]*(\w*)/.exec(node.text)?.[1] ?? '';
}

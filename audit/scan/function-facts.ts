import type { Parser } from 'web-tree-sitter';
import type { Amount } from '../census/counter.ts';
import { amountOf, argumentsOf, calleeOf, type Local, objectOf, pathOf, textOf } from './expressions.ts';
import {
  isAssertion,
  isCounting,
  isCountingMember,
  isElsewhere,
  isNoise,
  isTelling,
  isTransparent,
  OTHER_MEMBER,
} from './idioms.ts';
import { declaration } from './locals.ts';
import { lockCall, locksAt } from './locks.ts';
import { opNamed } from './op-grammar.ts';
import { isMade, site } from './op-sites.ts';
import { type Node, treeOf } from './tree.ts';
import { useOf } from './uses.ts';
import { type FunctionText, type Gathered, NO_MACROS, place, type Walk } from './walk.ts';

/**
 * Gathers the facts of a function. Its tree is gone through once, to sort what there is; then calls are looked at one by one,
 * as what an op's result decides may stand anywhere in the function, before it (a label) or after it.
 */
export function functionFacts(parser: Parser, what: FunctionText, into: Gathered): void {
  const root = treeOf(parser, what.clean, what.from);
  if (root === undefined) return;
  const locals = new Map<string, Local>();
  what.parameters.forEach(({ name, type, stars }, parameter) => {
    // What a macro is given, is the object more often than not.
    const isPointer = what.isMacro || stars > 0;
    if (name !== '') locals.set(name, { type, parameter, isStatic: false, isPointer });
  });
  for (const { name, type, stars } of what.locals ?? [])
    locals.set(name, { type, parameter: -1, isStatic: false, isPointer: stars > 0 });
  const walk: Walk = {
    name: what.name,
    text: what.text,
    lines: what.lines,
    locals,
    names: new Map(),
    labels: new Map(),
    allocated: new Map(),
    calls: [],
    addresses: [],
    insides: [],
    locks: [],
    into,
    isMacro: what.isMacro,
    givesCounter: what.givesCounter ?? false,
    macros: what.macros ?? NO_MACROS,
    isLocal: (name) => locals.has(name),
    isPointer: (name) => locals.get(name)?.isPointer ?? false,
  };
  // The head of a function declares nothing but parameters.
  const body = root.kids
    .find(({ kind }) => kind === 'function_definition')
    ?.kids.findLast(({ kind }) => kind === 'compound_statement');
  gather(walk, body ?? root);
  for (const call of walk.calls) {
    const lock = lockCall(walk, call);
    if (lock !== undefined) walk.locks.push(lock);
  }
  walk.locks.sort((one, other) => one.at - other.at);
  for (const call of walk.calls) oneCall(walk, call);
  for (const node of walk.addresses) address(walk, node);
  for (const node of walk.insides) inside(walk, node);
}

/** Sorts the nodes by what is to be done with them. */
function gather(walk: Walk, node: Node): void {
  switch (node.kind) {
    case 'identifier': {
      const name = textOf(walk, node);
      const known = walk.names.get(name);
      if (known === undefined) walk.names.set(name, [node]);
      else known.push(node);
      return;
    }
    case 'call_expression':
      walk.calls.push(node);
      break;
    case 'declaration':
      declaration(walk, node);
      break;
    case 'return_statement':
      if (walk.givesCounter) lead(walk, node.kids[0]);
      break;
    case 'labeled_statement':
      walk.labels.set(textOf(walk, node.kids[0]!), node);
      break;
    case 'pointer_expression':
      if (walk.text[node.from] === '&' && isStored(node)) walk.addresses.push(node);
      break;
    case 'field_expression': {
      const name = textOf(walk, node.kids.at(-1)!);
      if (name === 'counter' || name === 'refs') walk.insides.push(node);
      break;
    }
    case 'assignment_expression': {
      // `ref = &p->refs;` says what a local pointer is, if nothing did before.
      const local = walk.locals.get(textOf(walk, node.kids[0]!));
      if (local !== undefined && local.parameter < 0) local.value ??= node.kids[1];
      if (isCopied(walk, node)) walk.insides.push(node);
      break;
    }
  }
  for (const kid of node.kids) gather(walk, kid);
}

/**
 * `n->refs = t->refs;` gives a counter a value without an op, if the types say that it is one. An initialiser is no copy, and
 * read elsewhere.
 */
function isCopied(walk: Walk, node: Node): boolean {
  const [target, value] = node.kids;
  if (target?.kind !== 'field_expression' || value === undefined) return false;
  return (
    isCountingMember(textOf(walk, target.kids.at(-1)!)) && !/_INIT\b/.test(textOf(walk, value).slice(0, 80))
  );
}

/** An address that is not handed to a call but kept: assigned, returned, or put into a structure. */
function isStored(node: Node): boolean {
  const kind = node.parent?.kind;
  return (
    kind === 'assignment_expression' ||
    kind === 'initializer_pair' ||
    kind === 'return_statement' ||
    kind === 'initializer_list'
  );
}

/**
 * A call is an op, the preparation of a work item, or perhaps a wrapper; all others are passed over here. That
 * they may free is
 * seen elsewhere, by tokens (see `freeingCalls`), as it is asked of many more functions.
 */
function oneCall(walk: Walk, call: Node): void {
  const name = calleeOf(walk, call);
  const args = argumentsOf(call);
  const op = call.kids[0]?.kind === 'identifier' ? opNamed(name) : null;
  if (op !== null && args.length > op.counter) site(walk, call, op, name, args);
  else if (/INIT_\w*WORK|^timer_setup|^setup_timer|tasklet_(?:init|setup)/.test(name))
    handler(walk, name, args);
  else if (name !== '') other(walk, call, name, args);
}

/** `INIT_WORK(&x->work, function)` */
function handler(walk: Walk, name: string, args: readonly Node[]): void {
  const [what, fn] = name === 'tasklet_init' || args.length === 1 ? [args[0], args[1]] : args;
  if (what === undefined || fn === undefined) return;
  const member = /(\w+)\s*\)*$/.exec(textOf(walk, what).slice(-100))?.[1];
  const callee = textOf(walk, fn).replace(/^&/, '').trim();
  if (member !== undefined && /^\w+$/.test(callee)) walk.into.handlers.push(`${member}:${callee}`);
}

/**
 * A call that may be one of a wrapper. It is if an argument may be a counter; if its name says that it takes or gives back
 * and its result is used; and if it is a macro that counts, which needs no address to reach a counter.
 */
function other(walk: Walk, call: Node, name: string, args: readonly Node[]): void {
  if (args.length === 0 || args.length > 12 || isTransparent(name) || isAssertion(name) || isNoise(name))
    return;
  if (isElsewhere(name)) return;
  const hands = args.some((node) => isHanded(walk, node));
  const isMacro = /^[A-Z]/.test(name) ? isCounting(name) : walk.macros.has(name);
  if (!hands && !isMacro && !isTelling(name)) return;
  const use = useOf(walk, call, { gives: 'new', shift: 0 });
  if (!hands && !isMacro && use.r !== 'tested' && use.r !== 'returned') return;
  const paths = args.map((node) => pathOf(walk, node));
  if (paths.every((path) => path === '')) return;
  const locks = locksAt(walk.locks, call);
  const amounts: Amount[] = args.map((node) => amountOf(walk, node));
  const target = objectOf(walk, args[0]) || textOf(walk, args[0]!);
  const isNew = /init|set/i.test(name) && isMade(walk, target, call);
  walk.into.calls.push({
    ...place(walk, call),
    n: name,
    p: paths,
    m: amounts,
    u: use,
    ...(locks.length > 0 && { lk: locks }),
    ...(isNew && { cr: 1 as const }),
  });
}

/**
 * `&p->f` where f may be a counter, or a local pointer to one:
 *
 *     my_get(&b->users)       yes        my_get(v)            yes, if v is an `atomic_t *`
 *     lock(&b->lock)          no         my_get(&total)       yes, if total is no local variable
 */
function isHanded(walk: Walk, node: Node): boolean {
  if (node.kind === 'identifier') {
    const local = walk.locals.get(textOf(walk, node));
    return local !== undefined && /^\**(?:atomic\w*_t|local_t|refcount_t|kref|rcuref_t)$/.test(local.type);
  }
  if (node.kind !== 'pointer_expression' || walk.text[node.from] !== '&') return false;
  const target = node.kids[0];
  if (target?.kind === 'identifier')
    return (
      !walk.locals.has(textOf(walk, target)) || (walk.locals.get(textOf(walk, target))?.isStatic ?? false)
    );
  const field = target?.kind === 'subscript_expression' ? target.kids[0] : target;
  if (field?.kind !== 'field_expression') return false;
  return !OTHER_MEMBER.test(textOf(walk, field.kids.at(-1)!));
}

/** An address that is stored: from then on somebody else may work on the counter, and no site tells what is done. */
function address(walk: Walk, node: Node): void {
  const target = node.kids[0];
  const field = target?.kind === 'field_expression' ? textOf(walk, target.kids.at(-1)!) : '';
  if (target?.kind !== 'identifier' && (field === '' || OTHER_MEMBER.test(field))) return;
  if (target?.kind === 'identifier' && walk.locals.has(textOf(walk, target))) return;
  const path = pathOf(walk, node);
  if (path === '') return;
  const to = node.parent?.kind === 'return_statement' ? 'return' : textOf(walk, node.parent!.kids[0]!);
  const { l, x, fn } = place(walk, node);
  walk.into.escapes.push({ k: 'address', l, x, fn, p: path, to: to.slice(0, 60) });
}

/** `v.counter` and `r.refs` read or write the number behind the ops, as copies do. Conversions must not miss them. */
function inside(walk: Walk, node: Node): void {
  const path = pathOf(walk, node.kids[0]);
  if (path === '') return;
  const { l, x, fn } = place(walk, node);
  walk.into.escapes.push({ k: 'raw', l, x, fn, p: path, to: textOf(walk, node.kids.at(-1)!).slice(0, 60) });
}

/** `return &p->users;` makes the function a way to the counter: `atomic_inc(users_of(p))` is an op on it. */
function lead(walk: Walk, value: Node | undefined): void {
  const path = pathOf(walk, value);
  if (path.includes('/')) walk.into.leads.push(`${walk.name}:${path}`);
}

/** The path that a macro is; empty if it is none. See `FileFacts.leads`. */
export function leadOfMacro(
  parser: Parser,
  text: string,
  from: number,
  to: number,
  parameters: readonly string[],
): string {
  const head = 'void f(){(';
  const body = text.slice(from, to).replace(/\\\r?\n/g, (end) => ' '.repeat(end.length));
  const root = treeOf(parser, `${head}${body});}`, from - head.length);
  const locals = new Map(
    parameters.map((name, parameter): [string, Local] => [
      name,
      { type: '', parameter, isStatic: false, isPointer: true },
    ]),
  );
  let node = root?.kids[0];
  while (node !== undefined && node.kind !== 'expression_statement') node = node.kids.at(-1);
  const path = pathOf({ text, locals, isMacro: true }, node?.kids[0]);
  return path.includes('/') !== path.startsWith('G') ? path : '';
}

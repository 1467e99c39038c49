import type { Parser } from 'web-tree-sitter';
import type { Amount } from '../census/counter.ts';
import { amountOf, argumentsOf, calleeOf, type Local, objectOf, pathOf, textOf } from './expressions.ts';
import type { CallFact, EscapeFact, GlobalFact, InitialFact, PlaceFact, SiteFact } from './facts.ts';
import { ALLOCATION, isAssertion, isNoise, isTransparent, MAKER, OTHER_MEMBER, WRAPPER } from './idioms.ts';
import type { Lines } from './lines.ts';
import { type LockCall, lockCall, locksAt } from './locks.ts';
import { canonical, type OpName, opNamed } from './op-grammar.ts';
import { type Node, treeOf } from './tree.ts';
import { type Reads, useOf } from './uses.ts';

/** What the facts of a file's functions are gathered in. */
export interface Gathered {
  readonly sites: SiteFact[];
  readonly calls: CallFact[];
  readonly escapes: EscapeFact[];
  readonly initials: InitialFact[];
  readonly statics: GlobalFact[];
  readonly handlers: string[];
  /** Where ops were found, by offset, to be compared with what the text has. */
  readonly seen: Set<number>;
}

/** A function's text, and what is known of it from outside. */
export interface FunctionText {
  readonly name: string;
  /** The whole file; what the parser must not see is spaces in `clean`. */
  readonly text: string;
  readonly lines: Lines;
  /** The function, or the macro's body with something around it that makes it one. */
  readonly clean: string;
  /** Where `clean` begins in `text`. */
  readonly from: number;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly isMacro: boolean;
}

/** A function while its facts are gathered. */
interface Walk extends Reads {
  readonly name: string;
  readonly locals: Map<string, Local>;
  readonly names: Map<string, Node[]>;
  readonly labels: Map<string, Node>;
  readonly calls: Node[];
  readonly addresses: Node[];
  readonly insides: Node[];
  readonly locks: LockCall[];
  readonly into: Gathered;
}

/** Gathers the facts of a function. */
export function functionFacts(parser: Parser, what: FunctionText, into: Gathered): void {
  const root = treeOf(parser, what.clean, what.from);
  if (root === undefined) return;
  const locals = new Map<string, Local>();
  what.parameters.forEach(({ name, type }, parameter) => {
    if (name !== '') locals.set(name, { type, parameter, isStatic: false });
  });
  const walk: Walk = {
    name: what.name,
    text: what.text,
    lines: what.lines,
    locals,
    names: new Map(),
    labels: new Map(),
    calls: [],
    addresses: [],
    insides: [],
    locks: [],
    into,
    isMacro: what.isMacro,
    isLocal: (name) => locals.has(name),
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
      break;
    }
  }
  for (const kid of node.kids) gather(walk, kid);
}

function isStored(node: Node): boolean {
  const kind = node.parent?.kind;
  return (
    kind === 'assignment_expression' ||
    kind === 'initializer_pair' ||
    kind === 'return_statement' ||
    kind === 'initializer_list'
  );
}

const TYPE =
  /^((?:(?:static|const|volatile|register|unsigned|signed|__percpu|__rcu)\s+)*)(?:struct\s+|union\s+|enum\s+)?(\w+)/;

function declaration(walk: Walk, node: Node): void {
  const head = TYPE.exec(walk.text.slice(node.from, Math.min(node.to, node.from + 200)));
  if (head === null) return;
  const isStatic = /\bstatic\b/.test(head[1]!);
  for (const kid of node.kids) {
    const value = kid.kind === 'init_declarator' ? kid.kids[1] : undefined;
    let at: Node | undefined = kid.kind === 'init_declarator' ? kid.kids[0] : kid;
    let stars = '';
    let isArray = false;
    while (at !== undefined && at.kind !== 'identifier') {
      if (at.kind === 'pointer_declarator') stars += '*';
      else if (at.kind === 'array_declarator') isArray = true;
      else if (at.kind !== 'parenthesized_declarator' && at.kind !== 'attributed_declarator') at = undefined;
      at = at?.kind === 'array_declarator' ? at.kids[0] : at?.kids.at(-1);
    }
    if (at === undefined) continue;
    const name = textOf(walk, at);
    const isAuto = /^(?:__auto_type|typeof|__typeof__|auto)$/.test(head[2]!);
    const isCounter = /^(?:atomic(?:64|_long)?_t|local_t|refcount_t|kref|rcuref_t)$/.test(head[2]!);
    const type = isAuto ? '' : stars + head[2];
    walk.locals.set(name, { type, parameter: -1, value, isStatic: isCounter && stars === '' });
    if (isCounter && stars === '') local(walk, node, name, head, isArray, isStatic);
  }
}

/** A counter on the stack, or a static one: a counter like a global, known in its function. */
function local(
  walk: Walk,
  node: Node,
  name: string,
  head: RegExpExecArray,
  isArray: boolean,
  isStatic: boolean,
): void {
  const line = walk.lines.lineOf(node.from);
  const from = node.from + head[0].length - head[2]!.length;
  const type = head[2] as 'atomic_t';
  walk.into.statics.push({
    n: name,
    t: type,
    s: 1,
    fn: walk.name,
    c: {
      n: name,
      t: type,
      s: isArray ? 1 : 0,
      l: line,
      a: from,
      b: from + head[2]!.length,
      x: walk.lines.textOf(line),
      ...(!isStatic && { k: 'on the stack' }),
    },
  });
}

function place(walk: Walk, node: Node): PlaceFact {
  const line = walk.lines.lineOf(node.from);
  return { l: line, a: node.from, b: node.to, x: walk.lines.textOf(line), fn: walk.name };
}

function oneCall(walk: Walk, call: Node): void {
  const name = calleeOf(walk, call);
  const args = argumentsOf(call);
  const op = call.kids[0]?.kind === 'identifier' ? opNamed(name) : null;
  if (op !== null && args.length > op.counter) site(walk, call, op, name, args);
  else if (/INIT_\w*WORK|^timer_setup|^setup_timer|tasklet_(?:init|setup)/.test(name))
    handler(walk, name, args);
  else if (name !== '') other(walk, call, name, args);
}

function site(walk: Walk, call: Node, op: OpName, name: string, args: readonly Node[]): void {
  const counter = args[op.counter]!;
  walk.into.seen.add(call.kids[0]!.from);
  const amounts = args.filter((_, index) => index !== op.counter).map((node) => amountOf(walk, node));
  // `__refcount_inc(r, &old)` has an argument that is no amount.
  const found = canonical(
    op,
    amounts.filter((one) => !(op.family === 'refcount' && `${one}`.startsWith('&') && name.startsWith('__'))),
  );
  const object = objectOf(walk, counter);
  const locks = locksAt(walk.locks, call);
  const isSetting = found.op === 'set' || found.op === 'init';
  const release =
    op.family === 'kref' && (op.verb.startsWith('put') || op.verb === 'sub') ? releaseOf(walk, op, args) : '';
  walk.into.sites.push({
    ...place(walk, call),
    op: found.op,
    w: name,
    ...(found.amounts.length > 0 && { m: found.amounts }),
    ...(op.order !== undefined && { o: op.order }),
    p: pathOf(walk, counter),
    ob: object,
    u: useOf(walk, call, found),
    ...(locks.length > 0 && { lk: locks }),
    ...(isSetting && isMade(walk, object, call) && { cr: 1 as const }),
    ...(release !== '' && { rel: release }),
  });
}

function releaseOf(walk: Walk, op: OpName, args: readonly Node[]): string {
  const node = args[op.verb === 'sub' ? 2 : 1];
  return node === undefined
    ? ''
    : textOf(walk, node)
        .replace(/^[&(\s]+|[)\s]+$/g, '')
        .replace(/^.*(?:->|\.)/, '');
}

/** The object was allocated before, in this function; or the function is called as those are that make one. */
function isMade(walk: Walk, object: string, call: Node): boolean {
  const base = /^[(&*\s]*(\w+)/.exec(object)?.[1];
  if (base !== undefined) {
    const local = walk.locals.get(base);
    if (local?.value !== undefined && ALLOCATION.test(textOf(walk, local.value))) return true;
    const before = (walk.names.get(base) ?? []).filter(({ from }) => from < call.from);
    const isAllocated = before.some(
      ({ parent, from }) =>
        parent?.kind === 'assignment_expression' &&
        parent.from === from &&
        ALLOCATION.test(walk.text.slice(from, parent.to)),
    );
    if (isAllocated) return true;
  }
  return MAKER.test(walk.name);
}

/** `INIT_WORK(&x->work, function)` */
function handler(walk: Walk, name: string, args: readonly Node[]): void {
  const [what, fn] = name === 'tasklet_init' || args.length === 1 ? [args[0], args[1]] : args;
  if (what === undefined || fn === undefined) return;
  const member = /(\w+)\s*\)*$/.exec(textOf(walk, what))?.[1];
  const callee = textOf(walk, fn).replace(/^&/, '').trim();
  if (member !== undefined && /^\w+$/.test(callee)) walk.into.handlers.push(`${member}:${callee}`);
}

/** A call that may be one of a wrapper: its arguments lead to counters, or its result is tested. */
function other(walk: Walk, call: Node, name: string, args: readonly Node[]): void {
  if (args.length === 0 || args.length > 12 || isTransparent(name) || isAssertion(name) || isNoise(name))
    return;
  const hands = args.some((node) => isHanded(walk, node));
  if (!hands && !WRAPPER.test(name)) return;
  const use = useOf(walk, call, { gives: 'new', shift: 0 });
  // Without an address, only wrappers whose result is used, and macros, are of interest.
  if (!hands && use.r !== 'tested' && use.r !== 'returned' && !/^[A-Z]|_(?:get|put|inc|dec)/.test(name))
    return;
  const paths = args.map((node) => pathOf(walk, node));
  if (paths.every((path) => path === '')) return;
  const locks = locksAt(walk.locks, call);
  const amounts: Amount[] = args.map((node) => amountOf(walk, node));
  walk.into.calls.push({
    ...place(walk, call),
    n: name,
    p: paths,
    m: amounts,
    u: use,
    ...(locks.length > 0 && { lk: locks }),
    ...(/init|set/i.test(name) &&
      isMade(walk, objectOf(walk, args[0]) || textOf(walk, args[0]!), call) && { cr: 1 as const }),
  });
}

/** `&p->f` where f may be a counter, or a local pointer to one. */
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

function inside(walk: Walk, node: Node): void {
  const path = pathOf(walk, node.kids[0]);
  if (path === '') return;
  const { l, x, fn } = place(walk, node);
  walk.into.escapes.push({ k: 'raw', l, x, fn, p: path, to: textOf(walk, node.kids.at(-1)!) });
}

import type { Amount } from '../census/counter.ts';
import type { PathWord } from './facts.ts';
import type { Node } from './tree.ts';

/** What is known of a name in a function. */
export interface Local {
  /** See `TypeWord`. */
  readonly type: string;
  /** Which parameter it is, from 0; -1 for others. */
  readonly parameter: number;
  /** Its first value, for `atomic_t *v = &x->f`. */
  value?: Node | undefined;
  /** A counter that is a static variable of the function. */
  readonly isStatic: boolean;
  /** `if (!name) return;` then asks whether there is an object, and is no condition on what happens to it. */
  readonly isPointer: boolean;
}

/** A function as expressions see it. */
export interface Scope {
  readonly text: string;
  readonly locals: ReadonlyMap<string, Local>;
  /** In macros, parameters stand for anything. */
  readonly isMacro: boolean;
}

/**
 * Macros that go from a member to what it lies in, by the names of a type and a member:
 *
 *     container_of(kref, struct box, ref)       a `struct box *`, whatever `kref` is
 *     list_first_entry(&q->list, struct box, l) the same
 *     from_timer(box, t, timer)                 no type: it is that of its first argument
 */
const OUTER_MACROS =
  /^(?:container_of\w*|list_(?:first|last|next|prev)?_?entry\w*|hlist_entry\w*|rb_entry\w*|hlist_bl_entry|llist_entry|from_timer|from_work|from_tasklet|timer_container_of|to_container)$/;
/** Macros and functions that give back what their first argument points to. */
const SAME =
  /^(?:rcu_dereference\w*|rcu_access_pointer|READ_ONCE|WRITE_ONCE|per_cpu_ptr|this_cpu_ptr|raw_cpu_ptr|get_cpu_ptr|__this_cpu_ptr|smp_load_acquire|rtnl_dereference|\w+_dereference\w*|unrcu_pointer|get_cpu_var|this_cpu_read|per_cpu|lockless_dereference|ACCESS_ONCE|srcu_dereference\w*|xchg|rcu_replace_pointer|IS_ERR_OR_NULL|likely|unlikely|no_free_ptr|return_ptr|list_first_or_null_rcu|READ_ONCE_NOCHECK|ERR_CAST|raw_cpu_read|__get_cpu_var|get_ptr)$/;

/** The text of a node; a slice of the file's, which copies nothing. */
export function textOf(scope: { readonly text: string }, node: Node): string {
  return scope.text.slice(node.from, node.to);
}

/** The arguments of a call; a call without brackets, as a macro that was cut short, has none. */
export function argumentsOf(call: Node): readonly Node[] {
  return call.kids.at(-1)?.kind === 'argument_list' ? call.kids.at(-1)!.kids : [];
}

/** The name that a call calls: `f(x)`, `(*f)(x)`, `ops->f(x)` are all `f`. */
export function calleeOf(scope: { readonly text: string }, call: Node): string {
  let node = call.kids[0];
  while (node !== undefined && node.kind !== 'identifier' && node.kind !== 'field_identifier')
    node = node.kids.at(-1);
  return node === undefined ? '' : textOf(scope, node);
}

/**
 * Parses what an expression is a path to; empty for what is none. See `PathWord`. Where the counter lies does not depend on
 * which element of an array it is, nor on how often a pointer is followed, so these are passed over:
 *
 *     &b->users, (&(*b).users)      T*box/users
 *     &all[i].users                 Gall/users
 *     &to_box(w)->users             Cto_box(T*work_struct)/users
 *     counters + i                  Gcounters
 *     n ? &a->v : &b->v             that of a, as both are of one type, nearly always
 */
export function pathOf(scope: Scope, node: Node | undefined, depth = 0): PathWord {
  if (node === undefined || depth > 30) return '';
  switch (node.kind) {
    case 'parenthesized_expression':
    case 'pointer_expression':
      return pathOf(scope, node.kids.at(-1), depth + 1);
    case 'subscript_expression':
      return pathOf(scope, node.kids[0], depth + 1);
    case 'comma_expression':
      return pathOf(scope, node.kids.at(-1), depth + 1);
    case 'assignment_expression':
      return pathOf(scope, node.kids[0], depth + 1);
    case 'cast_expression':
      return castPath(scope, node, depth);
    case 'field_expression': {
      const base = pathOf(scope, node.kids[0], depth + 1);
      const name = node.kids.at(-1)!;
      const field = textOf(scope, name);
      const parameter = scope.isMacro ? (scope.locals.get(field)?.parameter ?? -1) : -1;
      return base === '' ? '' : `${base}/${parameter < 0 ? field : `$${parameter}`}`;
    }
    case 'call_expression':
      return callPath(scope, node, depth);
    case 'identifier':
      return namePath(scope, textOf(scope, node), depth);
    case 'binary_expression':
      // `counters + i`
      return pathOf(scope, node.kids[0], depth + 1);
    case 'conditional_expression':
      return pathOf(scope, node.kids[1], depth + 1) || pathOf(scope, node.kids[2], depth + 1);
    default:
      return '';
  }
}

/**
 * A name alone. A local variable is told by its type, as the function is then no longer needed to find the
 * counter:
 *
 *     struct box *b             T*box
 *     atomic_t *v = &b->users   T*box/users: what it was first set to
 *     atomic_t *v, a parameter  P0: the function is a wrapper, and its callers know the counter
 *     anything else             Gname: a global, or a word that the whole tree must explain
 */
function namePath(scope: Scope, name: string, depth: number): PathWord {
  const local = scope.locals.get(name);
  if (local === undefined) return `G${name}`;
  if (local.isStatic) return `G${name}`;
  if (local.parameter >= 0) {
    const type = local.type.replace(/^\*+/, '');
    return local.type === '' || /^(?:atomic\w*_t|local_t|refcount_t|kref|rcuref_t|void)$/.test(type)
      ? `P${local.parameter}`
      : `T${local.type}`;
  }
  const isCounter = /^\*+(?:atomic\w*_t|local_t|refcount_t|kref|rcuref_t|void)$/.test(local.type);
  if ((isCounter || local.type === '') && local.value !== undefined && depth < 10) {
    const path = pathOf(scope, local.value, depth + 10);
    if (path !== '') return path;
  }
  return local.type === '' ? '' : `T${local.type}`;
}

/** `(atomic_t *)&p->refs` is the path; `(struct foo *)p` is a `foo`. */
function castPath(scope: Scope, node: Node, depth: number): PathWord {
  const type = /^(?:const\s+)?(?:struct\s+|union\s+)?(\w+)\s*(?:__\w+\s*)?(\**)$/.exec(
    textOf(scope, node.kids[0]!).slice(0, 120).trim(),
  );
  const inner = node.kids.at(-1);
  if (
    type === null ||
    /^(?:atomic\w*_t|refcount_t|local_t|void|char|u?int\w*|long|unsigned|kref)$/.test(type[1]!)
  )
    return pathOf(scope, inner, depth + 1);
  return `T${type[2]}${type[1]}`;
}

/**
 * A call. What a function gives is known by its type, once all files are read; some macros are known here, as they are in all
 * kernels, and what they expand to is beyond a reader:
 *
 *     container_of(w, struct box, work)     T*box
 *     rcu_dereference(o->p)                 what o->p is
 *     find(o)                               Cfind, with the path of o, as find may be a macro that leads on from it
 */
function callPath(scope: Scope, node: Node, depth: number): PathWord {
  const name = calleeOf(scope, node);
  const args = argumentsOf(node);
  if (OUTER_MACROS.test(name)) {
    const text = textOf(scope, node).slice(0, 2000);
    const type = /,\s*(?:const\s+)?(?:struct|union)\s+(\w+)\s*,/.exec(text) ?? /,\s*(\w+_t)\s*,/.exec(text);
    if (type !== null) return `T*${type[1]}`;
    // `from_timer(x, t, timer)` is whatever x is.
    return pathOf(scope, args[0], depth + 1);
  }
  if (SAME.test(name)) return pathOf(scope, args[0], depth + 1);
  if (name === 'ACCESS_PRIVATE' && args.length === 2) {
    const base = pathOf(scope, args[0], depth + 1);
    return base === '' ? '' : `${base}/${textOf(scope, args[1]!)}`;
  }
  if (name === '') return '';
  // A macro may lead on from what it is given.
  const given = pathOf(scope, args[0], depth + 1);
  return given === '' || given.length > 80 ? `C${name}` : `C${name}(${given.replaceAll('/', '~')})`;
}

/** A constant as a number, anything else as its text. */
export function amountOf(scope: { readonly text: string }, node: Node): Amount {
  return amount(textOf(scope, node));
}

/** The same, of a text: `1`, `-1`, `(0)`, `1UL`, `0x10` are numbers. */
export function amount(text: string): Amount {
  // Only the beginning is kept, so only that is read: a string of `/*/*/*…` has a comment begin at each of its letters.
  let clean = text
    .slice(0, 400)
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  while (clean.startsWith('(') && clean.endsWith(')') && !clean.slice(1, -1).includes(')'))
    clean = clean.slice(1, -1).trim();
  const number = /^([-+]?)\s*(0x[0-9a-f]+|\d+)[ul]*$/i.exec(clean);
  if (number !== null) {
    const value = Number(number[2]);
    if (Number.isSafeInteger(value)) return number[1] === '-' && value !== 0 ? -value : value;
  }
  if (clean === 'true') return 1;
  if (clean === 'false' || clean === 'NULL') return 0;
  return clean.slice(0, 80);
}

/**
 * The object of a counter's expression: `p` of `&p->refs`, `&p->stats` of `&p->stats.users`; empty for a variable that is the
 * counter.
 */
export function objectOf(scope: { readonly text: string }, node: Node | undefined): string {
  let at = node;
  while (at !== undefined) {
    if (at.kind === 'field_expression') {
      const [base, member] = at.kids as [Node, Node];
      const object = textOf(scope, base).replace(/\s+/g, ' ').slice(0, 60);
      // A member by value lies in another object: its address is told.
      const isValue =
        base.kind === 'field_expression' && !scope.text.slice(base.to, member.from).includes('->');
      return `${isValue ? '&' : ''}${object}`;
    }
    if (
      at.kind !== 'parenthesized_expression' &&
      at.kind !== 'pointer_expression' &&
      at.kind !== 'subscript_expression'
    )
      return '';
    at = at.kind === 'subscript_expression' ? at.kids[0] : at.kids.at(-1);
  }
  return '';
}

/** Calls that give the same object as they are given: `to_foo(p)`, `container_of(p, …)`. `FOO_PRIV(p)` may be any other. */
const SAME_OBJECT =
  /^(?:container_of\w*|list_entry|hlist_entry|rb_entry|no_free_ptr|(?:\w+_)?to_\w+|\w+_entry|from_\w+)$/;
/** How much of an argument is read, and how many calls inside of each other. */
const LONGEST_ARGUMENT = 200;
const DEEPEST_ARGUMENT = 4;

/**
 * What an argument is, by its first name and the members behind it; empty where there is none.
 *
 *     p                              p
 *     p->bar, p->a.b                 p.bar, p.a.b: where that points, is another object
 *     &p->rcu, (void *)&p->rcu       &p.rcu: lies in p
 *     to_foo(p)                      p, made of it
 *     rcu_dereference(p->bar)        p.bar: reading it makes no other of it
 *     get_name(p), p->ops->get(p)    nothing: whatever it gives, it is not p
 *     p[i]                           nothing
 */
export function leading(scope: { readonly text: string }, node: Node, depth = 0): string {
  let at: Node | undefined = node;
  while (at?.kind === 'parenthesized_expression' || at?.kind === 'cast_expression') at = at.kids.at(-1);
  if (at?.kind === 'call_expression') {
    const name = calleeOf(scope, at);
    const first = argumentsOf(at)[0];
    if (first === undefined || depth >= DEEPEST_ARGUMENT) return '';
    return SAME.test(name) || SAME_OBJECT.test(name) ? leading(scope, first, depth + 1) : '';
  }
  if (at === undefined || at.kind === 'subscript_expression') return '';
  const text = textOf(scope, at).slice(0, LONGEST_ARGUMENT);
  const found = /^([\s(&*!]*)([A-Za-z_]\w*)((?:\s*(?:->|\.)\s*\w+)*)/.exec(text);
  if (found === null || text[found[0].length] === '(') return '';
  const members = found[3]!.replace(/\s/g, '').replaceAll('->', '.');
  return `${members !== '' && found[1]!.includes('&') ? '&' : ''}${found[2]}${members}`.slice(0, 50);
}

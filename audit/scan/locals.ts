import { textOf } from './expressions.ts';
import type { Node } from './tree.ts';
import type { Walk } from './walk.ts';

/** The words before a declared name: qualifiers, `struct`, and the type itself. */
const TYPE =
  /^((?:(?:static|const|volatile|register|unsigned|signed|__percpu|__rcu)\s+)*)(?:struct\s+|union\s+|enum\s+)?(\w+)/;

/**
 * Takes in what a declaration in a function declares; counters are counters of the audit, too.
 *
 *     struct box *b = find(id), *next;     b: *box with a value, next: *box
 *     static atomic_t once;                a counter that only this function sees
 *     atomic_t *v = &b->users;             v: *atomic_t, whose value is the way to the counter
 *     __auto_type p = first(b);            p: without a type, so its value is all that is known
 *
 * Blocks are not told apart: two variables of one name in one function are nearly always of one type.
 */
export function declaration(walk: Walk, node: Node): void {
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
    const isPointer = stars !== '';
    walk.locals.set(name, { type, parameter: -1, value, isStatic: isCounter && !isPointer, isPointer });
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

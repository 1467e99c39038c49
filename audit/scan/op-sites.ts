import { canonical } from './canonical-ops.ts';
import { amount, amountOf, objectOf, pathOf, textOf } from './expressions.ts';
import type { UseFact } from './facts.ts';
import { ALLOCATION, MAKER } from './idioms.ts';
import { locksAt } from './locks.ts';
import type { OpName } from './op-grammar.ts';
import type { Node } from './tree.ts';
import { useOf } from './uses.ts';
import { place, type Walk } from './walk.ts';

/** Takes in an op. */
export function site(walk: Walk, call: Node, op: OpName, name: string, args: readonly Node[]): void {
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
    u: op.verb === 'cond_read' ? awaited(`${amounts[0] ?? ''}`) : useOf(walk, call, found),
    ...(locks.length > 0 && { lk: locks }),
    ...(isSetting && isMade(walk, object, call) && { cr: 1 as const }),
    ...(release !== '' && { rel: release }),
  });
}

/** `atomic_cond_read_acquire(v, VAL == 0)` waits until its second argument holds, in which the value is `VAL`. */
function awaited(condition: string): UseFact {
  const found = /^VAL\s*([=!<>]=?)\s*(.+)$/.exec(condition);
  const relation = condition === '!VAL' ? '==' : condition === 'VAL' ? '!=' : found?.[1];
  if (relation === undefined || !['==', '!=', '<', '<=', '>', '>='].includes(relation))
    return { r: 'tested' };
  const test = {
    relation: relation as '==',
    with: amount(found?.[2] ?? '0'),
    isAssertion: false,
    isAwaited: true,
  };
  return { r: 'tested', t: [test] };
}

/**
 * The function that `kref_put` calls at zero: `&box_release`, `(void (*)(struct kref *))release` and
 * `ops->release` are all a name.
 */
function releaseOf(walk: Walk, op: OpName, args: readonly Node[]): string {
  const node = args[op.verb === 'sub' ? 2 : 1];
  return node === undefined
    ? ''
    : textOf(walk, node)
        .replace(/^[&(\s]+|[)\s]+$/g, '')
        .replace(/^.*(?:->|\.)/, '');
}

/**
 * The object was allocated before, in this function; or the function is called as those are that make one. Only then a
 * `set` begins a life, and does not cut into one that goes on:
 *
 *     b = kzalloc(sizeof(*b), GFP_KERNEL);
 *     atomic_set(&b->users, 1);                                 begins
 *     static void box_init(struct box *b) { atomic_set(&b->users, 1); }     begins, by its name
 *     static void box_reset(struct box *b) { atomic_set(&b->users, 0); }    who knows who holds it
 */
export function isMade(walk: Walk, object: string, call: Node): boolean {
  const base = /^[(&*\s]*(\w+)/.exec(object)?.[1];
  if (base !== undefined && allocatedAt(walk, base) < call.from) return true;
  return MAKER.test(walk.name);
}

/** Where a variable first gets what was allocated, or infinity; asked once for each, as one may be set 100 000 times. */
function allocatedAt(walk: Walk, name: string): number {
  const known = walk.allocated.get(name);
  if (known !== undefined) return known;
  const allocates = (node: Node) =>
    ALLOCATION.test(walk.text.slice(node.from, Math.min(node.to, node.from + 300)));
  const value = walk.locals.get(name)?.value;
  const place =
    value !== undefined && allocates(value)
      ? value.from
      : (walk.names.get(name) ?? []).find(
          ({ parent, index }) => parent?.kind === 'assignment_expression' && index === 0 && allocates(parent),
        )?.from;
  walk.allocated.set(name, place ?? Number.POSITIVE_INFINITY);
  return place ?? Number.POSITIVE_INFINITY;
}

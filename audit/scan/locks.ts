import type { Body } from './branches.ts';
import { argumentsOf, calleeOf, textOf } from './expressions.ts';
import type { Node } from './tree.ts';

/** Lock calls that are looked back at. Functions have a few; a made-up one with 50 000 would take the square of that. */
const MOST_CALLS = 400;

/** A call that takes or gives back a lock. */
export interface LockCall {
  readonly at: number;
  /** The block that it stands in. */
  readonly block: Node | undefined;
  readonly lock: string;
  readonly takes: boolean;
}

/**
 * What a call does to a lock; undefined for most calls. Names tell, as every subsystem has locks of its own:
 *
 *     spin_lock_irqsave, rtnl_lock, mutex_trylock, down_write, guard(mutex)     take
 *     read_unlock_bh, up_read                                                   give back
 *     spin_lock_init, lockdep_assert_held, atomic_dec_and_lock                  neither
 */
export function lockCall(body: Body, call: Node): LockCall | undefined {
  const name = calleeOf(body, call);
  if (!/lock|^(?:down|up|guard|scoped_guard)/.test(name)) return undefined;
  const takes = /(?:^|_)(?:try)?lock(?:_|$)|^down(?:_|$)|^(?:scoped_)?guard$/.test(name);
  const gives = /(?:^|_)unlock(?:_|$)|^up(?:_read|_write)?$/.test(name);
  if (takes === gives || /init|lockdep|is_locked|assert|_dec_and_/.test(name)) return undefined;
  let block = call.parent;
  while (block !== undefined && block.kind !== 'compound_statement') block = block.parent;
  return { at: call.from, block, lock: lockName(body, name, argumentsOf(call)), takes };
}

/** `&peer->lock` by its argument; `rcu`, `rtnl` by the function's name. */
function lockName(body: Body, name: string, args: readonly Node[]): string {
  const first = name === 'scoped_guard' ? args[1] : args[0];
  if (first === undefined || name.startsWith('rcu_read'))
    return name.replace(/_?(?:read_)?(?:try|un)?lock.*$/, '') || name;
  return textOf(body, first).replace(/\s+/g, ' ').slice(0, 60);
}

/**
 * The locks that are held at a place: taken before it, and not given back, both in a block around it. What a branch of its
 * own gives back before it returns does not count:
 *
 *     spin_lock(&p->lock);
 *     if (bad) {
 *         spin_unlock(&p->lock);      in a block that is not around the op
 *         return;
 *     }
 *     atomic_inc(&p->users);          &p->lock is held
 *     spin_unlock(&p->lock);
 *     atomic_inc(&p->users);          nothing is held
 */
export function locksAt(calls: readonly LockCall[], node: Node): string[] {
  const held: string[] = [];
  const around = new Set<Node | undefined>();
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) around.add(at);
  let end = 0;
  let high = calls.length;
  while (end < high) {
    const middle = (end + high) >> 1;
    if (calls[middle]!.at <= node.from) end = middle + 1;
    else high = middle;
  }
  for (let call = Math.max(0, end - MOST_CALLS); call < end; call++) {
    const { block, lock, takes } = calls[call]!;
    if (!around.has(block)) continue;
    const index = held.lastIndexOf(lock);
    if (takes && index === -1) held.push(lock);
    else if (!takes && index !== -1) held.splice(index, 1);
  }
  return held;
}

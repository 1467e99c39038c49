import type { Body } from './branches.ts';
import { argumentsOf, calleeOf, textOf } from './expressions.ts';
import type { Node } from './tree.ts';

/** A call that takes or gives back a lock. */
export interface LockCall {
  readonly at: number;
  /** The block that it stands in. */
  readonly block: Node | undefined;
  readonly lock: string;
  readonly takes: boolean;
}

/** What a call does to a lock; undefined for most calls. */
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
 * own gives back before it returns does not count.
 */
export function locksAt(calls: readonly LockCall[], node: Node): string[] {
  const held: string[] = [];
  const around = new Set<Node | undefined>();
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) around.add(at);
  for (const { at, block, lock, takes } of calls) {
    if (at > node.from) break;
    if (!around.has(block)) continue;
    const index = held.lastIndexOf(lock);
    if (takes && index === -1) held.push(lock);
    else if (!takes && index !== -1) held.splice(index, 1);
  }
  return held;
}

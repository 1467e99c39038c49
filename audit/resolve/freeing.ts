import type { FreedBy } from '../census/counter.ts';
import { type FunctionDef, isSeen, type Symbols } from './symbols.ts';

/** How a call frees what it is given. */
export interface Frees {
  readonly how: FreedBy;
  /** From the function called to the one that frees. */
  readonly path: readonly string[];
  readonly isConditional: boolean;
}

/** What gives memory back to the allocator, or drops the last reference of a kind that does. */
const DIRECT =
  /^(?:k[vz]?free(?:_sensitive|_const|_bulk)?|kvfree\w*|vfree(?:_atomic)?|kmem_cache_free|mempool_free|free_percpu|kmem_free|free_pages?|__free_pages?|free_netdev|kfree_skb\w*|consume_skb|__kfree_skb|dev_kfree_skb\w*|devm_kfree|put_page|free_page|dma_free_coherent|crypto_free_\w+|bio_put|free_task|kmem_cache_free_bulk|zs_free|sk_free|kfree_link|memblock_free|free)$/;
/** Frees after a grace period, without a function of its own. */
const BY_RCU = /^k[v]?free_rcu(?:_mightsleep)?$/;
/** Calls a function after a grace period. */
const CALLS_RCU = /^(?:call_rcu\w*|call_srcu|queue_rcu_work)$/;
/** Lets a thread call the function that the work item was prepared with. */
const BY_WORK =
  /^(?:queue_(?:delayed_)?work(?:_on)?|schedule_(?:delayed_)?work(?:_on)?|mod_delayed_work|tasklet_\w*schedule|kthread_queue_work|irq_work_queue|queue_rcu_work|task_work_add)$/;
/** Names of functions that free, or may: believed only where the function cannot be read. */
const BY_NAME =
  /(?:^|_)(?:free\w*|destroy\w*|release\w*|put\w*|dispose\w*|dealloc\w*|unref|dtor|destruct\w*)(?:_|$)/;
/** Functions that take locks, count, or print are called `put` and `release` as well. */
const NEVER =
  /^(?:put_(?:user|unaligned\w*|cpu\w*|online_cpus|bh|pid|net|cred|device_unlocked)|release_sock|release_firmware|release_region|nla_put\w*|module_put|__module_put|atomic_\w+|list_del\w*|hlist_del\w*|del_timer\w*|timer_delete\w*|idr_remove|ida_free|fput|sock_release|up|free_irq|skb_put\w*|put_net\w*|hlist_nulls_del\w*|rb_erase|xa_erase|of_node_put|cancel_\w+)$/;

/** `put → final → destroy → free` is as deep as kernels go; further down, what is freed seldom is the object. */
const DEEPEST = 6;

/**
 * Follows calls to what they free: through functions, work items, RCU callbacks and release functions.
 *
 *     box_put → box_gone → call_rcu → box_free_rcu → kfree
 *
 * Each step is known by a fact of the function in between: that it calls the next one with its parameter, or with something
 * that lies in it. Where a step cannot be read (another tree, a function pointer) the name has to do, and how it goes away is
 * then `other`, which rules believe less.
 */
export class Freeing {
  readonly symbols: Symbols;
  readonly #memo = new Map<string, Frees | null>();

  constructor(symbols: Symbols) {
    this.symbols = symbols;
  }

  /** What a call frees, if it frees the argument with that index. `members` has each argument's last member, if it is a path. */
  ofCall(callee: string, args: readonly string[], which: number, file: string): Frees | null {
    return this.#call(callee, args, which, file, 0);
  }

  /** What a callback frees of the object whose member it is given: the release function of a `kref`. */
  ofCallback(callee: string, release: string, file: string): Frees | null {
    return this.#through(callee, release, 'callback', file, 0);
  }

  /** One call, by what it is known to do; else by what its function does; else, if nobody knows that, by its name. */
  #call(callee: string, args: readonly string[], which: number, file: string, depth: number): Frees | null {
    if (NEVER.test(callee)) return null;
    if (DIRECT.test(callee)) return { how: 'directly', path: [callee], isConditional: false };
    if (BY_RCU.test(callee)) return { how: 'rcu', path: [callee], isConditional: false };
    if (depth >= DEEPEST) return null;
    if (CALLS_RCU.test(callee)) {
      const handler = callee === 'queue_rcu_work' ? this.#handler(args[1] ?? '', file) : args.at(-1);
      return this.#through(callee, handler, 'rcu', file, depth);
    }
    if (BY_WORK.test(callee)) {
      const member =
        args.find((arg) => arg.includes('.')) ?? args.at(callee.startsWith('queue') ? 1 : 0) ?? '';
      return this.#through(callee, this.#handler(member, file), 'work', file, depth);
    }
    if (/^kref_put/.test(callee)) return this.#through(callee, args[1], 'callback', file, depth, true);
    const def = this.#function(callee, file);
    if (def === undefined)
      return BY_NAME.test(callee) ? { how: 'other', path: [callee], isConditional: false } : null;
    return this.#ofFunction(def, which, depth);
  }

  /** A callback gets the address of a member of the object as its first argument, and frees what it makes of that. */
  #through(
    callee: string,
    handler: string | undefined,
    how: FreedBy,
    file: string,
    depth: number,
    isConditional = false,
  ): Frees | null {
    const name = handler?.replace(/^.*\./, '') ?? '';
    if (name === '') return how === 'rcu' ? { how, path: [callee], isConditional } : null;
    const def = this.#function(name, file);
    const inner = def === undefined ? null : this.#ofFunction(def, 0, depth + 1);
    if (inner !== null)
      return { how, path: [callee, ...inner.path], isConditional: isConditional || inner.isConditional };
    // A callback of RCU that cannot be read frees by all experience; a work item does what its name says.
    if (def === undefined && (how === 'rcu' || BY_NAME.test(name)))
      return { how, path: [callee, name], isConditional };
    return BY_NAME.test(name) ? { how, path: [callee, name], isConditional } : null;
  }

  /**
   * The function of a work item, by the member that it lies in. `INIT_WORK(&p->work, fn)` stands in the file that
   * queues it, or in the
   * only one that has such a member.
   */
  #handler(member: string, file: string): string | undefined {
    const name = member.replace(/^.*\./, '');
    const all = this.symbols.handlers.get(name);
    return (
      all?.find((one) => one.file === file)?.type ??
      (all?.length === 1 ? all[0]!.type : this.symbols.nearness.nearest(all, file)?.type)
    );
  }

  /** The function that a name means in a file: its own, else the nearest that it can see. Static ones of other files it cannot. */
  #function(name: string, file: string): FunctionDef | undefined {
    const all = this.symbols.functions.get(name);
    if (all === undefined) return undefined;
    const own = all.find((one) => one.file === file);
    if (own !== undefined) return own;
    return this.symbols.nearness.nearest(
      all.filter((def) => isSeen(def, file)),
      file,
    );
  }

  /** What a function frees of what its parameter points to. The surest way wins: unconditional before conditional. */
  #ofFunction(def: FunctionDef, which: number, depth: number): Frees | null {
    // By depth: what is cut off far down says nothing of a call near the top.
    const key = `${def.fact.n}\n${def.file}\n${which}\n${depth}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    let best: Frees | null = null;
    for (const text of def.fact.c ?? []) {
      const isNested = text.startsWith('?');
      const space = text.indexOf(' ');
      const callee = text.slice(isNested ? 1 : 0, space);
      const args = text.slice(space + 1).split(',');
      // `&p->rcu` lies in the object; what `p->name` points to does not, and is free to go alone.
      const index = args.findIndex((arg) => arg === `${which}` || arg.startsWith(`${which}.`));
      if (index === -1) continue;
      // `kfree(p->name)` frees a part of the object.
      if (args[index]!.includes('.') && DIRECT.test(callee)) continue;
      const found = this.#call(callee, args, index, def.file, depth + 1);
      if (found === null) continue;
      const frees: Frees = {
        how: found.how,
        path: [def.fact.n, ...found.path],
        isConditional: found.isConditional || isNested,
      };
      if (best === null || rank(frees) < rank(best)) best = frees;
    }
    if (best === null && /free|dealloc/.test(def.fact.n))
      best = { how: 'other', path: [def.fact.n], isConditional: false };
    this.#memo.set(key, best);
    return best;
  }
}

/**
 * Smaller is better: what is known before what a name says, and `free_x` before `put_x`. A function has several calls that
 * may free what it is given, and the surest of them is what it does:
 *
 *     static void box_gone(struct box *b) { put_device(&b->dev); if (b->old) kfree_old(b); kfree(b); }      kfree
 */
function rank({ how, path, isConditional }: Frees): number {
  const last = path.at(-1)!;
  const name = /^_*free|free$/.test(last)
    ? 0
    : /destroy|dealloc/.test(last)
      ? 1
      : /release|dispose/.test(last)
        ? 2
        : 3;
  return (how === 'other' ? 20 + name : how === 'directly' ? 0 : 1) + (isConditional ? 10 : 0);
}

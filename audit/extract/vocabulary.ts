/**
 * What the kernel's functions are for, by their names. It decides which statements of a function have a part in a protocol,
 * so it errs on the side of too many: what is taken for nothing costs a line to be deleted, what is missed a wrong answer.
 */

/** Gives or takes a lock, or a read section. */
const LOCK =
  /^(?:_?_?raw_)?(?:spin|read|write)_(?:try|un)?lock|^_?mutex_(?:un|try)?lock|^(?:down|up)(?:_\w+)?$|^downgrade_write|^s?rcu_read_(?:un)?lock|^hlist_bl_(?:un)?lock|^(?:read|write)_seq|^done_seqretry|^(?:scoped_)?guard$|^bit_spin_|^rtnl_(?:un)?lock|^local_bh_|(?:^|_)(?:try)?(?:un)?lock(?:_\w+)?$/;

/** Puts an object where it is found, takes it out, or looks for it. */
const STRUCTURE =
  /^h?list_|^hlist_|^llist_|^hash_|^idr_|^ida_|^xas?_|^rb_|^radix_tree_|^rhashtable_|^rhltable_|^rcu_(?:assign|dereference|access|replace|swap)|^list_lru_/;

/** A list or a tree gains an object here. */
const PUBLISHES =
  /^h?list_(?:\w+_)?add|^hlist_(?:\w+_)?add|^hash_add|^llist_add|^idr_(?:alloc|replace)|^xa_(?:store|insert|alloc)|^xas_store|^rb_(?:link|insert|add)|^radix_tree_insert|^rhashtable_\w*insert|^rcu_assign_pointer/;

/** A list or a tree loses one here. */
const UNLINKS =
  /^h?list_(?:\w+_)?(?:del|move|replace)|^hlist_(?:\w+_)?(?:del|unhash)|^hash_del|^llist_del|^idr_(?:remove|destroy)|^xa_(?:erase|cmpxchg)|^__xa_erase|^rb_erase|^radix_tree_delete|^rhashtable_remove/;

/** One is looked for. */
const LOOKUP =
  /^h?list_(?:for_each|first_entry|last_entry|next_entry|entry)|^hlist_(?:\w*for_each|\w*first|\w*entry)|^hash_for_each|^idr_(?:find|for_each|get_next)|^xa_(?:load|find|for_each)|^xas_(?:load|find|for_each)|^rb_(?:entry|first|find|next)|^rbtree_postorder|^radix_tree_(?:lookup|gang|for_each)|^rhashtable_lookup|^rhl?_for_each|^rcu_dereference/;

/** An object, or a part of it, goes. */
const FREE = /^k[vz]?free|^v(?:un)?free|^kmem_cache_free|^mempool_free|^free_percpu/;

/** Later, and waiting. */
const TIME =
  /^call_s?rcu|^synchronize_|^rcu_barrier|^(?:queue|schedule|mod|cancel|flush|disable|enable)_(?:delayed_)?work|^(?:mod|add|del|timer|try_to_del)_?timer|^timer_|^wake_up|^wait_|^(?:re)?init_|^complete(?:_all)?$|^INIT_|^prepare_to_wait|^finish_wait|^schedule(?:_timeout)?$|^set_current_state|^autoremove|^DECLARE_/;

/** One word, which several threads may change. */
const WORD =
  /^(?:test_and_|__)?(?:set|clear|change|test)_bit|^atomic(?:64|_long)?_|^refcount_|^kref_|^(?:try_)?cmpxchg|^xchg|^READ_ONCE$|^WRITE_ONCE$|^smp_|^percpu_ref_/;

/** Memory for one. */
const ALLOCATES = /^k[vmz]*alloc|^kcalloc|^kmem_cache_\w*alloc|^kmemdup|^vz?alloc/;

/** Tells, checks, or helps a person or a tool, and moves nothing. */
const NEUTRAL =
  /^(?:trace_|pr_|printk|dev_(?:dbg|info|warn|err|notice|crit)|netdev_(?:dbg|info|warn|err)|dump_|lockdep_|might_|kasan_|kmemleak_|debug_|dprintk|dfprintk|audit_|seq_|pr|cond_resched|cpu_relax|prefetch|WARN|BUILD_BUG|BUG|ASSERT|VM_|rcu_lockdep|RCU_LOCKDEP|security_|__?module_|inc_|dec_|fsnotify|perf_)|_dbg$|_debug$|^_(?:enter|leave|debug|net|proto)$|^k(?:enter|leave|debug)$|_stats?_|^hfs_dbg|_WARN_ON|_BUG_ON/;

/** Checks what must hold anyway: where it does not, the answer should say so. */
const ASSERTS = /WARN|BUG|ASSERT/;

/** By its name, it may put, free or tear down what it is handed. */
const ENDS =
  /(?:^|_)(?:put|free|release|destroy|del|delete|remove|dispose|drop|kill|unref|cleanup|fini|evict|unhash|unlink|detach|close)(?:_|$|\d)/;

/**
 * What a function is for, as far as its name says; it can be several things.
 *
 *     list_del_rcu     structure, unlinks, ends
 *     kref_put         word, ends
 *     WARN_ON          neutral, asserts
 */
export type Purpose =
  | 'lock'
  | 'structure'
  | 'publishes'
  | 'unlinks'
  | 'lookup'
  | 'free'
  | 'time'
  | 'word'
  | 'allocates'
  | 'neutral'
  | 'asserts'
  | 'ends';

/** Names decide and not definitions: most of these are macros and inline functions deep in headers that are never read. */
const PATTERNS: Readonly<Record<Purpose, RegExp>> = {
  lock: LOCK,
  structure: STRUCTURE,
  publishes: PUBLISHES,
  unlinks: UNLINKS,
  lookup: LOOKUP,
  free: FREE,
  time: TIME,
  word: WORD,
  allocates: ALLOCATES,
  neutral: NEUTRAL,
  asserts: ASSERTS,
  ends: ENDS,
};

/** Whether a function of this name does such a thing: `isFor('kfree', 'free')`. */
export function isFor(callee: string, ...purposes: readonly Purpose[]): boolean {
  return purposes.some((purpose) => PATTERNS[purpose].test(callee));
}

/** Names of functions and macros, by what they do with an argument. */

/** Asserts its argument, and gives it back. */
export function isAssertion(name: string): boolean {
  return /(?:^|_)(?:WARN|BUG)(?:_ON|_ONCE|$)|^(?:ASSERT|KUNIT_(?:ASSERT|EXPECT)\w*|assert|Assert|CHECK|lockdep_assert\w*|MUST|ERROR_ON|DCACHE_BUG|DEBUG_LOCKS_WARN_ON|\w*ASSERT\w*|\w*_bug_on|\w*_BUG|\w*assert)$/.test(
    name,
  );
}

/** Waits for its argument: which argument is the condition. */
export function awaits(name: string): boolean {
  return /wait_event|wait_var_event|^wait_on_|_wait_cond|^read_poll_timeout|^spin_until_cond|^wait_for$|^_?wait_for_\w*$|^swait_event|^rcuwait_wait_event|^io_wait_event|cond_read|_poll_(?:timeout|wait)|^ui_wait|cond_timeout/.test(
    name,
  );
}

/** Prints its arguments. */
export function prints(name: string): boolean {
  return /^(?:pr_|dev_|netdev_|netif_|net_|drm_|nvme_|dout$|printk|vs?n?printf|sn?printf|scnprintf|seq_|sysfs_emit|trace_|ath\w*_dbg|hid_|ibdev_|wiphy_|ext4_\w*msg|xfs_(?:notice|warn|alert|info|err)|btrfs_(?:info|debug|warn|err|crit))|(?:^|_)(?:dbg|debug|DBG|DEBUG|err|ERR|info|INFO|warn|notice|print|PRINT|printf|log|LOG|msg|dump|emit|trace|TRACE|printk|vdbg|message)(?:_\w+)?\d?$|^(?:D|dprintk|DPRINTK|kenter|kleave|_enter|_leave|_debug|_proto|CDEBUG|p|PRINTK|SEQ_printf|DEBUGP|rdmsg)$|^dfprintk/.test(
    name,
  );
}

/** Gives back its argument, or the truth of it. */
export function isTransparent(name: string): boolean {
  return /^(?:likely|unlikely|READ_ONCE|__builtin_expect|min|max|min_t|max_t|clamp|clamp_t|abs|cpu_to_\w+|__cpu_to_\w+|le\d+_to_cpu|be\d+_to_cpu|hton[sl]|data_race|u32_encode_bits|BIT|max_not_zero|unlikely_notrace|static_branch_likely|IS_TRUE|!!|bool|umin|umax|__force|int|unsigned|long|u32|u64|s32|s64|ERR_PTR)$/.test(
    name,
  );
}

/** Says nothing about what happens to an object. */
export function isNoise(name: string): boolean {
  return (
    name.length < 2 ||
    prints(name) ||
    /^(?:likely|unlikely|READ_ONCE|WRITE_ONCE|sizeof|offsetof|IS_ERR\w*|PTR_ERR|ERR_PTR|min|max|min_t|max_t|list_empty|might_sleep|smp_\w*mb\w*|barrier|rcu_read_(?:un)?lock|local_irq_\w+|mem(?:set|cpy|cmp|move)|str\w+|test_bit|set_bit|clear_bit|jiffies\w*|current|container_of|list_entry|ARRAY_SIZE|cpu_relax|cond_resched|rcu_dereference\w*|lockdep_\w+|ktime_get\w*|BIT|spin_(?:un)?lock\w*|_?raw_spin_\w+|mutex_(?:un)?lock\w*|(?:read|write)_(?:un)?lock\w*)$/.test(
      name,
    )
  );
}

/** Allocates. */
export const ALLOCATION =
  /\b(?:k[mzc]alloc\w*|kv[mzc]?alloc\w*|kmem_cache_z?alloc\w*|vz?alloc\w*|kmemdup\w*|devm_k[mz]\w*alloc\w*|\w*_alloc(?:_\w+)?|\w*alloc_\w+|mempool_alloc|alloc\w*|\w*zalloc\w*|\w*_create(?:_\w+)?|kstrdup|kmem_zone_\w*alloc)\s*\(/;

/** A function that makes or prepares something, by its name. */
export const MAKER =
  /(?:^|_)(?:alloc\w*|init\w*|create\w*|new|probe|setup|ctor|construct\w*|add|clone|dup|copy|fork|make|build|instantiate|start|attach|register|prepare|insert)(?:_|$|\d)|^init|init$|alloc$/;

/** A call that may be one of a wrapper around an op. */
export const WRAPPER =
  /(?:^|_)(?:\w*get|\w*put|\w*refs?|unref|deref|\w*inc|\w*dec|hold|grab|drop|release|acquire|unuse|use|users?|usage|counts?|cnt|stats?|statistics|add|sub|tryget|take|return|lookup|kref\w*|\w*ref(?:count)?|busy|idle|in_use|free|last|pin|unpin|set|read|init|enter|exit|begin|end|start|stop|open|close|charge|uncharge|dead|alive|shared?|hit|account|uncount|bump|lock|unlock|active|retain|total|num|available|id|seq|next|pending|done|increment|decrement)(?:_|$)|count|ref(?:_|s|$)|(?:Inc|Dec|Get|Put|Ref|Add|Sub|Hold)|^[A-Z][A-Z0-9_]+$/;

/** Members that are no counters, by their names: their addresses are handed to thousands of functions. */
export const OTHER_MEMBER =
  /^(?:dev|\w*lock|\w*list|\w*mutex|\w*work|\w*waitq?|\w*wait_queue|\w*wq|\w*timer|rcu\w*|\w*completion|\w*done|kobj|\w*entry|\w*node|\w*head|\w*queue|\w*sem|\w*link|\w*addr|\w*attr|\w*attrs|\w*base|\w*tree|\w*root|\w*hash\w*|\w*name|\w*cpumask|\w*mask|\w*idr|\w*xa|\w*buf\w*|\w*info|\w*flags|\w*data|\w*ops|\w*desc|\w*config|\w*len|\w*size|\w*hdr|\w*key|\w*task|\w*tasklet|\w*params?|\w*page|\w*irq|\w*time|\w*hw|vdev|pdev|\w*dev|\w*adapter|\w*handle)$/;

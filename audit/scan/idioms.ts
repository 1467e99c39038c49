/** Names of functions and macros, by what they do with an argument. */

/** The longest name that is asked about. */
const LONGEST = 200;

/** A question about a name, answered once for each: a tree asks millions of times, and of few names. */
function remembered(ask: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      // No name of a kernel is that long, and one of a megabyte is not worth remembering.
      if (name.length > LONGEST) return false;
      answer = ask(name);
      if (known.size < 50_000) known.set(name, answer);
    }
    return answer;
  };
}

/** Asserts its argument, and gives it back. */
export const isAssertion = remembered((name) => {
  return /(?:^|_)(?:WARN|BUG)(?:_ON|_ONCE|$)|^(?:ASSERT|KUNIT_(?:ASSERT|EXPECT)\w*|assert|Assert|CHECK|lockdep_assert\w*|MUST|ERROR_ON|DCACHE_BUG|DEBUG_LOCKS_WARN_ON|\w*ASSERT\w*|\w*_bug_on|\w*_BUG|\w*assert)$/.test(
    name,
  );
});

/** Waits until its argument holds. It is the argument that the op stands in, whichever that is. */
export const awaits = remembered((name) => {
  return /wait_event|wait_var_event|^wait_on_|_wait_cond|^read_poll_timeout|^spin_until_cond|^wait_for$|^_?wait_for_\w*$|^swait_event|^rcuwait_wait_event|^io_wait_event|cond_read|_poll_(?:timeout|wait)|^ui_wait|cond_timeout/.test(
    name,
  );
});

/** Prints its arguments. What frees or counts messages, and is called after them, does not. */
export const prints = remembered(
  (name) =>
    !/(?:^|_)(?:free|put|get|release|destroy|alloc|del|dec|inc|hold|drop|kill)(?:_|$)/.test(name) &&
    PRINTS.test(name),
);

/** By the kernel's prefixes, and by the last word that drivers use for their own. */
const PRINTS =
  /^(?:pr_|dev_(?:dbg|err|info|warn|notice|printk|emerg|alert|crit)|netdev_(?:dbg|err|info|warn|notice|printk|WARN)|netif_(?:dbg|err|info|warn|notice)|net_\w*_ratelimited|drm_(?:dbg|err|info|warn|printf|notice)|dout$|printk|vs?n?printf|sn?printf|scnprintf|seq_|sysfs_emit|trace_|ath\w*_dbg|hid_(?:dbg|err|info|warn)|ibdev_(?:dbg|err|info|warn)|wiphy_(?:dbg|err|info|warn))|(?:^|_)(?:dbg|debug|DBG|DEBUG|err|ERR|info|INFO|warn|notice|print|PRINT|printf|log|LOG|msg|dump|emit|trace|TRACE|printk|vdbg|message)(?:_once|_ratelimited|_rl|_limit)?\d?$|^(?:D|dprintk|DPRINTK|kenter|kleave|_enter|_leave|_debug|_proto|CDEBUG|p|PRINTK|SEQ_printf|DEBUGP|rdmsg|seq_printf)$|^dfprintk/;

/** Gives back its argument, or the truth of it. */
export const isTransparent = remembered((name) => {
  return /^(?:likely|unlikely|READ_ONCE|__builtin_expect|min|max|min_t|max_t|clamp|clamp_t|abs|cpu_to_\w+|__cpu_to_\w+|le\d+_to_cpu|be\d+_to_cpu|hton[sl]|data_race|u32_encode_bits|BIT|max_not_zero|unlikely_notrace|static_branch_likely|IS_TRUE|!!|bool|umin|umax|__force|int|unsigned|long|u32|u64|s32|s64|ERR_PTR)$/.test(
    name,
  );
});

/** Says nothing about what happens to an object: a branch with nothing else is as good as empty. */
export const isNoise = remembered((name) => {
  return (
    name.length < 2 ||
    prints(name) ||
    /^(?:likely|unlikely|READ_ONCE|WRITE_ONCE|sizeof|offsetof|IS_ERR\w*|PTR_ERR|ERR_PTR|min|max|min_t|max_t|list_empty|might_sleep|smp_\w*mb\w*|barrier|rcu_read_(?:un)?lock|local_irq_\w+|mem(?:set|cpy|cmp|move)|str\w+|test_bit|set_bit|clear_bit|jiffies\w*|current|container_of|list_entry|ARRAY_SIZE|cpu_relax|cond_resched|rcu_dereference\w*|lockdep_\w+|ktime_get\w*|BIT|spin_(?:un)?lock\w*|_?raw_spin_\w+|mutex_(?:un)?lock\w*|(?:read|write)_(?:un)?lock\w*)$/.test(
      name,
    )
  );
});

/** Allocates: what it gives is new, so a `set` on it begins a life. The name tells, and `alloc` in it is enough. */
export const ALLOCATION =
  /\b(?:k[mzc]alloc\w*|kv[mzc]?alloc\w*|kmem_cache_z?alloc\w*|vz?alloc\w*|kmemdup\w*|devm_k[mz]\w*alloc\w*|\w*_alloc(?:_\w+)?|\w*alloc_\w+|mempool_alloc|alloc\w*|\w*zalloc\w*|\w*_create(?:_\w+)?|kstrdup|kmem_zone_\w*alloc)\s*\(/;

/** A function that makes or prepares something, by its name. */
export const MAKER =
  /(?:^|_)(?:alloc\w*|init\w*|create\w*|new|probe|setup|ctor|construct\w*|add|clone|dup|copy|fork|make|build|instantiate|start|attach|register|prepare|insert)(?:_|$|\d)|^init|init$|alloc$/;

/** A name that a wrapper around an op may have. */
export const isCounting = remembered((name) =>
  /get|put|ref|inc(?:_|$|r)|dec(?:_|$|r)|count|cnt|hold|grab|drop|release|user|_use|usage|stat|add|sub|acquire|tryget|(?:^|_)(?:set|read|init|busy|pin|unpin|charge|hit|use|id|seq|total)(?:_|$)|INC|DEC|ADD|SUB|GET|PUT|REF|STAT|COUNT|CNT|HOLD|DROP/.test(
    name,
  ),
);

/** A name that takes or gives back, whose result tells something: `x_put(x)`, `tryget_live(x)`. */
export const isTelling = remembered((name) =>
  /get|put|ref|dec(?:_|$)|inc(?:_|$)|count|hold|grab|drop|release|users?|_use|last|busy|idle|empty_\w*ref|dead|alive|shared/.test(
    name,
  ),
);

/** Functions of the kernel that no counter is ever handed to, or of whose results nothing can be learned. */
export const isElsewhere = remembered((name) =>
  /^(?:if|for|while|switch|return|sizeof|spin_\w+|mutex_\w+|h?list_\w+|hlist\w+|for_each_\w+|read[bwlq]?|write[bwlq]?|dev_\w+|mem\w+|pm_\w+|clk_\w+|of_\w+|platform_\w+|device_\w+|regmap_\w+|i2c_\w+|init_(?:waitqueue|completion|rwsem|timer)\w*|devm_\w+|timer_\w+|queue_\w+|skb_\w+|usb_\w+|pci_\w+|try_module_get|module_put|__module_get|get_user|put_user|__get_user|__put_user|copy_\w+|put_unaligned\w*|get_unaligned\w*|__?set_bit|__?clear_bit|test_and_\w+|test_bit|set_bit|bitmap_\w+|gpiod?_\w+|ktime_\w+|hrtimer_\w+|nla_\w+|v4l2_\w+|snd_(?!use)\w+|wake_up\w*|INIT_\w+|DEFINE_\w+|DECLARE_\w+|LIST_HEAD|IS_\w+|PTR_\w+|ERR_\w+|ARRAY_SIZE|MODULE_\w+|EXPORT_\w+|EINVAL|READ_ONCE|WRITE_ONCE|GFP_\w+|DIV_ROUND_\w+|FIELD_\w+|BIT|GENMASK|REG_\w+|[A-Z]+\d*_REG\w*|complete\w*|dma_\w+|xa_\w+|idr_\w+|ida_\w+|rb_\w+|cpumask_\w+|smp_(?:load|store)\w*|kthread_\w+|debugfs_\w+|sysfs_\w+|kobject_\w+|seq_\w+|scatterwalk\w*|crypto_\w+|configfs_\w+|get_random\w*|tasklet_\w+|rwlock_init|lockdep_\w+|get_cpu\w*|put_cpu\w*|this_cpu_\w+|signal_pending|bf_set|bf_get\w*|le\d+_\w+|be\d+_\w+|cpu_to_\w+|fput|fget|fdget|iput|dput|dget|local_irq\w*|preempt_\w+|offsetof|min|max|min_t|max_t|swap|strscpy|kstrto\w+|sprintf|iov_\w+|bio_\w+)$/.test(
    name,
  ),
);

/** A member that counts, by its name. */
export const isCountingMember = remembered((name) =>
  /count|cnt|ref|user|usage|^num|^nr|_nr$|_num$|pending|active|use|open|stat|seq|busy|inflight|in_flight|total|avail|quota|credits?|usecnt|id$|depth|kref|drops?|errors?|packets|bytes|hits?|miss|alloc|event|gen/.test(
    name,
  ),
);

/** Members that are no counters, by their names: their addresses are handed to thousands of functions. */
export const OTHER_MEMBER =
  /^(?:dev|\w*lock|\w*list|\w*mutex|\w*work|\w*waitq?|\w*wait_queue|\w*wq|\w*timer|rcu\w*|\w*completion|\w*done|kobj|\w*entry|\w*node|\w*head|\w*queue|\w*sem|\w*link|\w*addr|\w*attr|\w*attrs|\w*base|\w*tree|\w*root|\w*hash\w*|\w*name|\w*cpumask|\w*mask|\w*idr|\w*xa|\w*buf\w*|\w*info|\w*flags|\w*data|\w*ops|\w*desc|\w*config|\w*len|\w*size|\w*hdr|\w*key|\w*task|\w*tasklet|\w*params?|\w*page|\w*irq|\w*time|\w*hw|vdev|pdev|\w*dev|\w*adapter|\w*handle)$/;

/** A call that may free, wake, or hand to somebody who does, by its name. */
export const MAY_FREE =
  /free|destroy|release|put|del|unref|drop|kill|dealloc|dtor|fini|cleanup|teardown|rcu|work|tasklet|kref|final|remove|dispose|reap|detach|close|shutdown|kmem|complete|wake/i;

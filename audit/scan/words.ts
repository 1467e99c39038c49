import { JUDGED_TYPES, LISTED_TYPES } from '../census/counter.ts';

/** The types of counters, of those that are judged and those that are only listed. */
export const COUNTER_TYPES: ReadonlySet<string> = new Set([...JUDGED_TYPES, ...LISTED_TYPES]);

/**
 * Attributes and storage classes, as far as kernels of the last fifteen years have them. A word that is missing
 * here is taken for a
 * type or a name, which costs one declaration; so new ones are worth adding.
 */
const QUALIFIERS = new Set(
  (
    'const volatile static extern inline register restrict noinline notrace asmlinkage __rcu __percpu __user __iomem ' +
    '__force __kernel __private __le __be __init __exit __initdata __read_mostly __ro_after_init __maybe_unused __always_inline ' +
    '__inline __inline__ __must_check __always_unused __cold __hot __net_init __net_exit __devinit __devexit ' +
    '__cpuinit __meminit __sched __ref __refdata __weak __pure __deprecated __packed __aligned __cacheline_aligned ' +
    '____cacheline_aligned ____cacheline_aligned_in_smp ___cacheline_internodealigned_in_smp __cacheline_aligned_in_smp ' +
    '____cacheline_internodealigned_in_smp __attribute__ __extension__ __visible __used __unused __printf __acquires ' +
    '__releases __must_hold __section __malloc __noreturn __nocast __bitwise __counted_by __typeof __attribute ' +
    '__initconst __exitdata __hyp_text noinline_for_stack __latent_entropy __cpuidle __bpf_kfunc __no_sanitize ' +
    'nokprobe_inline __flatten noinstr __guarded_by __nonstring __randomize_layout __designated_init ' +
    'EXPORT_SYMBOL INDIRECT_CALLABLE_SCOPE randomized_struct_fields_start randomized_struct_fields_end ' +
    'KERNEL_STRUCT static_inline STATIC __private __scoped_seqlock'
  ).split(' '),
);

/** A word of a declaration that is neither its type nor its name: `__rcu` of `struct box __rcu *b`. */
export function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word);
}

/**
 * Numbers, locks, lists and the like: members of these types are half of all members, and no counter lies behind
 * them. Structures
 * that have a counter inside (`mutex`, `rw_semaphore`, `tasklet_struct`) must not be here.
 */
const PLAIN = new Set(
  (
    'void char short int long signed unsigned float double bool _Bool size_t ssize_t loff_t off_t u8 u16 u32 u64 s8 s16 s32 ' +
    's64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 __le16 __le32 __le64 __be16 __be32 __be64 uint8_t uint16_t uint32_t ' +
    'uint64_t int8_t int16_t int32_t int64_t uint ulong ushort gfp_t pid_t uid_t gid_t mode_t umode_t dev_t dma_addr_t ' +
    'phys_addr_t resource_size_t sector_t ktime_t spinlock_t raw_spinlock_t rwlock_t seqlock_t wait_queue_head_t ' +
    'cpumask_t cpumask_var_t nodemask_t pgprot_t sigset_t irqreturn_t netdev_features_t time64_t time_t __wsum __sum16 ' +
    'list_head hlist_head hlist_node rb_node rb_root completion rcu_head ' +
    'timer_list hrtimer seqcount_t uintptr_t intptr_t unsigned __kernel_size_t callback_head ' +
    'wait_queue_entry lock_class_key lockdep_map fl_owner_t blk_status_t vm_fault_t pgoff_t acpi_status acpi_handle'
  ).split(' '),
);

/** A type that leads to no counter: `u32`, `spinlock_t`. Of a variable of such a type nothing is kept. */
export function isPlainType(word: string): boolean {
  return PLAIN.has(word);
}

/** None of these is the name of a function or a variable, whatever brackets follow. */
const KEYWORDS = new Set(
  'if else while for do switch case default return goto break continue sizeof typeof __typeof__ struct union enum typedef'.split(
    ' ',
  ),
);

/** A word of C's grammar: `while (x)` and `sizeof(x)` are no calls. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** A get and put of the kernel's, and what is to be found of it. */
export interface RealFile {
  /** Of real/: what refuzz is told of it. */
  readonly name: string;
  /** By file of the tree, what is taken of it; see `partsOf`. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** Its includes. */
  readonly headers: readonly string[];
  /** One defect: what is written in the place of what. Left out where it has one as it is. */
  readonly defect?: readonly [from: string, to: string];
  /** What the defect is found to be. */
  readonly fault: RegExp;
}

/** Of Linux 6.12. */
export const REAL_FILES: readonly RealFile[] = [
  {
    // Found in a hash table, and put with a lock that is taken for the last one alone.
    name: 'user',
    parts: {
      'include/linux/sched/user.h': ['struct user_struct'],
      'kernel/user.c': [
        ...['#UIDHASH_', '#__uidhashfn', '#uidhashentry', 'uid_cachep', 'uidhash_table', 'uidhash_lock'],
        ...['uid_hash_insert()', 'uid_hash_remove()', 'uid_hash_find()'],
        ...['free_user()', 'find_user()', 'free_uid()'],
      ],
    },
    headers: ['linux/slab.h', 'linux/sched/user.h', 'linux/ratelimit.h'],
    defect: [
      'refcount_dec_and_lock_irqsave(&up->__count, &uidhash_lock, &flags)',
      'refcount_dec_and_test(&up->__count)',
    ],
    fault: /./,
  },
  {
    // A kref, and a number that is given back.
    name: 'eventfd',
    parts: {
      'fs/eventfd.c': ['struct eventfd_ctx', 'eventfd_free_ctx()', 'eventfd_free()', 'eventfd_ctx_put()'],
    },
    headers: ['linux/kref.h', 'linux/slab.h', 'linux/wait.h', 'linux/idr.h'],
    defect: [
      'kref_put(&ctx->kref, eventfd_free);\n',
      'kref_put(&ctx->kref, eventfd_free);\n\tida_free(&eventfd_ida, ctx->id);\n',
    ],
    fault: /^use-after-free/,
  },
  {
    name: 'cpu-rmap',
    parts: {
      'include/linux/cpu_rmap.h': ['struct cpu_rmap'],
      'lib/cpu_rmap.c': ['cpu_rmap_release()', 'cpu_rmap_get()', 'cpu_rmap_put()'],
    },
    headers: ['linux/interrupt.h'],
    defect: ['\tkfree(rmap);\n', '\tkfree(rmap);\n\tkref_get(ref);\n'],
    fault: /^use-after-free/,
  },
  {
    // An atomic_t in a hash table, not converted.
    name: 'ucounts',
    parts: {
      'include/linux/user_namespace.h': ['struct ucounts'],
      'kernel/ucount.c': [
        ...['#UCOUNTS_HASHTABLE_BITS', 'ucounts_hashtable', 'ucounts_lock', '#ucounts_hash'],
        ...[
          'find_ucounts()',
          'hlist_add_ucounts()',
          'get_ucounts_or_wrap()',
          'put_ucounts()',
          'alloc_ucounts()',
        ],
      ],
    },
    headers: ['linux/sched.h', 'linux/slab.h', 'linux/hash.h'],
    defect: [
      'atomic_dec_and_lock_irqsave(&ucounts->count, &ucounts_lock, flags)',
      'atomic_dec_and_test(&ucounts->count)',
    ],
    fault: /./,
  },
  {
    // Readers in an RCU section, an administrator, and a callback that frees.
    name: 'calipso',
    parts: {
      'include/net/calipso.h': ['struct calipso_doi'],
      'net/ipv6/calipso.c': [
        ...['calipso_doi_list_lock', 'calipso_doi_list', 'calipso_doi_search()', 'calipso_doi_free()'],
        ...['calipso_doi_free_rcu()', 'calipso_doi_getdef()', 'calipso_doi_putdef()', 'calipso_doi_remove()'],
      ],
    },
    headers: ['linux/netlink.h', 'linux/audit.h'],
    defect: ['call_rcu(&doi_def->rcu, calipso_doi_free_rcu)', 'calipso_doi_free_rcu(&doi_def->rcu)'],
    fault: /^use-after-free/,
  },
  {
    // An atomic_t in chains with a lock in their heads, which a shrinker takes from 1 to 0 at once.
    name: 'mbcache',
    parts: {
      'include/linux/mbcache.h': ['struct mb_cache_entry', 'mb_cache_entry_put()'],
      'fs/mbcache.c': [
        ...['struct mb_cache', 'mb_entry_cache', 'mb_cache_entry_head()', '__mb_cache_entry_free()'],
        ...['mb_cache_entry_get()', 'mb_cache_shrink()'],
      ],
    },
    headers: [
      ...['linux/slab.h', 'linux/list_bl.h', 'linux/module.h', 'linux/workqueue.h', 'linux/hash.h'],
      'linux/wait_bit.h',
    ],
    defect: ['atomic_inc_not_zero(&entry->e_refcnt)', '(atomic_inc(&entry->e_refcnt), 1)'],
    fault: /^use-after-free/,
  },
  {
    // The functions alone: what finds the object stands elsewhere.
    name: 'ipc',
    parts: {
      'include/linux/ipc.h': ['struct kern_ipc_perm'],
      'ipc/util.c': ['ipc_rcu_getref()', 'ipc_rcu_putref()'],
    },
    headers: ['linux/ipc.h', 'linux/rhashtable.h'],
    defect: ['return refcount_inc_not_zero(&ptr->refcount)', 'refcount_inc(&ptr->refcount); return true'],
    fault: /./,
  },
  {
    // An int below a lock.
    name: 'fs-struct',
    parts: {
      'include/linux/fs_struct.h': ['struct fs_struct'],
      'fs/fs_struct.c': ['free_fs_struct()', 'exit_fs()'],
    },
    headers: ['linux/fs.h', 'linux/seqlock.h'],
    defect: [
      'kill = !--fs->users;\n\t\tspin_unlock(&fs->lock);',
      'spin_unlock(&fs->lock);\n\t\tkill = !--fs->users;',
    ],
    fault: /./,
  },
  {
    // A kref that is put with the lock held, and a release that gives the lock up.
    name: 'firmware',
    parts: {
      'drivers/base/firmware_loader/firmware.h': [
        ...['enum fw_opt', 'enum fw_status', 'struct fw_state', 'struct fw_priv'],
      ],
      'drivers/base/firmware_loader/main.c': [
        ...['struct firmware_cache', 'to_fw_priv()', 'fw_cache', '__lookup_fw_priv()'],
        ...['alloc_lookup_fw_priv()', '__free_fw_priv()', 'free_fw_priv()'],
      ],
    },
    headers: ['linux/device.h', 'linux/vmalloc.h'],
    defect: [
      'kref_get(&tmp->ref);\n\t\t\tspin_unlock(&fwc->lock);',
      'spin_unlock(&fwc->lock);\n\t\t\tkref_get(&tmp->ref);',
    ],
    fault: /^use-after-free/,
  },
  {
    // Found by number, below a lock that the release takes.
    name: 'tipc-conn',
    parts: {
      'net/tipc/topsrv.c': [
        ...[
          '#TIPC_SERVER_NAME_LEN',
          '#CF_',
          'struct tipc_topsrv',
          'struct tipc_conn',
          'struct outqueue_entry',
        ],
        ...['connected()', 'tipc_conn_kref_release()', 'conn_put()', 'tipc_conn_lookup()'],
      ],
    },
    headers: ['net/sock.h', 'linux/module.h', 'linux/idr.h'],
    defect: ['!kref_get_unless_zero(&con->kref)', '(kref_get(&con->kref), false)'],
    fault: /./,
  },
  {
    // Two counts: of tasks, and of references, of which the tasks together have one.
    name: 'io-context',
    parts: {
      'include/linux/iocontext.h': ['struct io_context'],
      'block/blk-ioc.c': ['iocontext_cachep', 'put_io_context()', 'exit_io_context()'],
    },
    headers: ['linux/bio.h', 'linux/blkdev.h', 'linux/slab.h'],
    defect: [
      'atomic_dec_and_test(&ioc->active_ref)',
      'atomic_dec_return(&ioc->active_ref) <= 0 || !atomic_read(&ioc->active_ref)',
    ],
    fault: /./,
  },
  {
    // As it is, a put may drop the last reference before it has the lock below which the object is found.
    name: 'nvmf-host',
    parts: {
      'include/linux/nvme.h': ['#NVMF_NQN_SIZE'],
      'drivers/nvme/host/fabrics.h': ['struct nvmf_host'],
      'drivers/nvme/host/fabrics.c': [
        ...['nvmf_hosts', 'nvmf_hosts_mutex', 'nvmf_host_alloc()', 'nvmf_host_add()'],
        ...['nvmf_host_destroy()', 'nvmf_host_put()'],
      ],
    },
    headers: ['linux/module.h', 'linux/mutex.h', 'linux/parser.h', 'linux/uuid.h'],
    fault: /./,
  },
];

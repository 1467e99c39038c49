/**
 * Headers of the kernel's of which refuzz has nothing: what real get and put code includes for the sake of the code around
 * it. They are there, and have nothing of their own, so that a source need not be cut down before it compiles. A function of theirs that it does
 * call is named as one that nobody declares, and so is a type of theirs.
 *
 * They are names, not files: the compiler's file system is made up anyway, and a hundred empty files would say no more.
 */
export const EMPTY_HEADERS: readonly string[] = [
  ...inFolder(
    'linux',
    `acpi anon_inodes async audit backing-dev bio blk-crypto blk-integrity blkdev blktrace_api bpf capability cdev cgroup clk
    compat configfs console cpu cpumask cred crypto ctype dcache debugfs debug_locks debugobjects delay dma-mapping elf ethtool
    eventfd eventpoll exportfs fcntl fdtable file filelock filter freezer fs fs_context fs_parser fs_struct fsnotify
    fsnotify_backend ftrace fsverity genhd hardirq hdreg highmem hrtimer hugetlb idr if_arp if_ether if_vlan in in6 inet
    inetdevice init_task interrupt io io_uring ioctl iommu ioport ipc ipc_namespace ipv6 irq kallsyms kasan kcov kdev_t kernel_stat
    kernfs key kmemleak kmod kmsan kobj_map kprobes ksm kthread log2 magic major math math64 memblock memcontrol
    mempolicy mempool memory migrate miscdevice mm mm_types mman mmu_notifier mmzone mnt_namespace mount msg namei net
    netdevice netfilter netlink nodemask nospec notifier nsproxy numa of of_device of_platform oom pagemap part_stat path pci
    perf_event personality pid pid_namespace pinctrl/consumer platform_device pm pm_domain pm_runtime poll posix_acl
    posix-timers prefetch proc_fs proc_ns profile property pseudo_fs psi ptrace quotaops radix-tree ramfs random ratelimit
    rcupdate_trace reboot regulator/consumer relay resource rhashtable rtmutex rtnetlink sched/clock sched/debug
    sched/isolation sched/mm sched/signal sched/task sched/task_stack sched/user sched/wake_q sched/xacct scatterlist seccomp
    securebits security sem seq_file shm shmem_fs shrinker signal signalfd skbuff smp socket sockios sort splice stat
    stacktrace statfs static_key stop_machine string_helpers sunrpc/clnt suspend swap swapops sysctl sysfs syscall_user_dispatch
    syscalls syscore_ops sysrq task_io_accounting_ops task_work taskstats_kern tcp thread_info tick time time64 time_namespace
    timekeeping topology trace_events tracepoint tty tty_driver tty_flip tty_ldisc u64_stats_sync uaccess udp uio
    unaligned usb user_namespace utsname uuid verification vmalloc vmstat writeback xarray xattr xfrm`,
  ),
  ...inFolder(
    'net',
    `addrconf arp cfg80211 dst dst_metadata flow genetlink inet_common inet_ecn inet_frag inet_sock ip ip6_fib ip6_route
    ip_fib ip_vs ipv6 net_namespace netlink nexthop protocol request_sock route rtnetlink scm sock tcp tcp_states udp xfrm`,
  ),
  ...inFolder(
    'asm',
    'byteorder cacheflush current div64 io ioctls irq page param pgtable processor ptrace sections unaligned unistd',
  ),
  ...inFolder('uapi/linux', 'fcntl magic mount sched/types types'),
];

function inFolder(folder: string, names: string): string[] {
  return names.split(/\s+/).map((name) => `${folder}/${name}.h`);
}

/** What they consist of: in the kernel each drags in locks, lists and RCU, which code that names only its subsystem's relies on. */
export const USUAL = '#include <refuzz/usual.h>\n';

/**
 * Headers of the kernel's of which refuzz has nothing: what real get and put code includes for the sake of the code around
 * it. They are there, so that a source need not be cut down before it compiles, and have nothing in them but what the kernel's
 * bring along from elsewhere. A function of theirs that it does call is named as one that nobody declares, and so is a type of
 * theirs.
 *
 * They are names, not files: the compiler's file system is made up anyway, and a hundred empty files would say no more.
 */
export const EMPTY_HEADERS: readonly string[] = [
  ...inFolder(
    'linux',
    `acpi anon_inodes async audit backing-dev blk-crypto blk-integrity blkdev blktrace_api bpf bpf_types buffer_head bvec
    capability cgroup clk compat configfs console cpu cpuset cred crypto ctype dax debug_locks debugfs debugobjects
    delay dma-buf dma-fence dma-mapping dma-resv elf ethtool eventfd eventpoll exportfs falloc fault-inject fcntl
    fdtable file filelock filter firmware freezer fs_context fs_parser fs_struct fsnotify fsnotify_backend fsverity
    ftrace genalloc genhd gpio gpio/consumer hardirq hdreg hid highmem hugetlb i2c if_arp if_ether if_vlan inet
    inetdevice init_syscalls init_task input io io_uring ioctl iomap iommu ioport ioprio ipc ipc_namespace ipv6 irq
    iversion kallsyms kasan kcov kdebug kdev_t kernel_stat kernfs key kmemleak kmod kmsan kobj_map kprobes ksm kthread
    leds log2 magic major math math64 mdio memblock memcontrol memory mempolicy migrate minmax miscdevice mm_types mman
    mmu_notifier mmzone mnt_idmapping mnt_namespace mount mroute_base msg namei net netfilter netlink nmi nospec
    ns_common nsproxy nstree numa of of_device of_platform oom overflow pagemap parser part_stat pci perf_event
    personality phy pid pid_namespace pid_types pinctrl/consumer platform_device pm pm_domain pm_runtime pnp poll
    posix-timers posix_acl prefetch proc_fs proc_ns profile property pseudo_fs psi ptrace quotaops ramfs random
    rcupdate_trace reboot regmap regulator/consumer relay resource rtmutex rtnetlink scatterlist sched/autogroup
    sched/clock sched/coredump sched/cputime sched/deadline sched/debug sched/hotplug sched/isolation sched/loadavg
    sched/mm sched/rseq_api sched/rt sched/signal sched/task sched/task_stack sched/topology sched/user sched/wake_q
    sched/xacct seccomp securebits security sem seq_file serial serial_core shm shmem_fs shrinker signal signalfd smp
    sockios sort spi/spi splice stacktrace stat statfs static_key stop_machine string_helpers sunrpc/clnt suspend swap
    swapops sync_file syscall_user_dispatch syscalls syscore_ops sysctl sysfs sysrq task_io_accounting_ops task_work
    taskstats_kern tcp thread_info tick time_namespace timekeeping topology trace_events tracepoint tty tty_buffer
    tty_driver tty_flip tty_ldisc uaccess udp uio unaligned usb usb/ch9 usb/gadget usb/hcd user-return-notifier
    user_namespace utsname verification vfs vmalloc vmstat writeback xattr xfrm`,
  ),
  ...inFolder(
    'net',
    `addrconf arp cfg80211 dst dst_metadata flow genetlink inet_common inet_ecn inet_frag inet_sock ip ip6_fib ip6_route
    ip_fib ip_vs ipv6 netlink nexthop protocol request_sock route rtnetlink scm sock tcp tcp_states udp xfrm`,
  ),
  ...inFolder(
    'asm',
    'cacheflush current div64 io ioctls irq param pgtable processor ptrace sections unaligned unistd',
  ),
  ...inFolder('uapi/linux', 'fcntl magic mount sched/types types'),
];

/** What is in them. */
export const USUAL = '#include <refuzz/usual.h>\n';

function inFolder(folder: string, names: string): string[] {
  return names.split(/\s+/).map((name) => `${folder}/${name}.h`);
}

/**
 * Headers of the kernel's of which refuzz has nothing: what real get and put code includes for the sake of the code around
 * it. They are there, so that a source need not be cut down before it compiles, and have nothing in them but what the kernel's
 * bring along from elsewhere. A function of theirs that it does call is named as one that nobody declares, and so is a type of
 * theirs.
 *
 * They are names, not files: the compiler's file system is made up anyway, and hundreds of empty files would say no more.
 */
export const EMPTY_HEADERS: readonly string[] = [
  ...inFolder(
    'linux',
    `acct acpi aio anon_inodes async async_tx audit backing-dev binfmts bitfield bitmap blk-cgroup blk-crypto
    blk-integrity blk-mq blkdev blkpg blktrace_api bpf bpf-cgroup bpf_mem_alloc bpf_trace bpf_types bpf_verifier
    bsearch bsg-lib btf btf_ids buffer_head bvec byteorder/generic capability cdrom ceph/auth ceph/ceph_debug
    ceph/ceph_features ceph/decode ceph/libceph ceph/messenger ceph/pagelist ceph/striper cgroup circ_buf clk
    compat configfs console consolemap cpu cpu_rmap cpufreq cpuhotplug cpuset crash_dump crc16 crc32 crc32c cred
    crypto ctype dax debug_locks debugfs debugobjects delay delayacct device-mapper dm-bufio dm-io dm-kcopyd
    dma-buf dma-direction dma-fence dma-fence-array dma-mapping dma-resv dma/ti-cppi5 dmaengine dmapool dmi
    dns_resolver drbd drbd_limits elf error-injection errqueue etherdevice ethtool eventfd eventpoll exportfs
    f2fs_fs falloc fault-inject fb fcntl fdtable file fileattr filelock filter firewire firmware
    firmware/qcom/qcom_scm freezer fs_context fs_parser fs_struct fscrypt fsnotify fsnotify_backend fsverity
    ftrace genalloc genhd gfs2_ondisk gpio gpio/consumer gpio/driver greybus hardirq hdreg hid highmem highuid
    host1x hugetlb hw_random hwmon hyperv i2c if if_arp if_bridge if_ether if_macvlan if_packet if_vlan igmp
    iio/iio inet inetdevice init_syscalls init_task input interval_tree_generic io io_uring io_uring/cmd iocontext
    ioctl iomap iommu iommufd iopoll ioport ioprio ip ipc ipc_namespace ipmi ipv6 irq irq_work irqdomain iversion
    jhash kallsyms kasan kbd_kern kcov kdebug kdev_t kernel_stat kernfs key key-type kfifo kgdb khugepaged
    kmemleak kmod kmsan kobj_map kprobes ksm kstrtox kthread leds libnvdimm list_lru list_sort lockd/bind
    lockd/lockd log2 magic mailbox_client major math math64 mdio memblock memcontrol memory memory-tiers mempolicy
    memremap mfd/syscon migrate mii minmax miscdevice mlx4/cmd mlx5/driver mlx5/fs mlx5/qp mlx5/vport mm_inline
    mm_types mman mmc/card mmc/sdio_func mmu_context mmu_notifier mmzone mnt_idmapping mnt_namespace
    mod_devicetable mount mpage mroute_base msg mtd/mtd namei ndctl net net_namespace net_tstamp netfilter
    netfilter/nfnetlink netfilter_ipv4 netfs netlink nfs4 nfs4_mount nfs_fs nfs_mount nfs_page nfs_ssc nfs_xdr nls
    nmi nospec ns_common nsproxy nstree numa nvme nvme-fc nvme-fc-driver nvmem-consumer of of_address of_device
    of_dma of_irq of_mdio of_net of_platform oom overflow page-flags pagemap pagevec panic_notifier param parport
    parser part_stat pci perf_event personality pfn_t pgtable phy phy/phy phylink pid pid_namespace pid_types
    pinctrl/consumer pipe_fs_i pkt_sched platform_device pm pm_domain pm_opp pm_qos pm_runtime pnp poll
    posix-timers posix_acl posix_acl_xattr ppp-ioctl ppp_defs pr prefetch proc_fs proc_ns profile property
    pseudo_fs psi ptp_classify ptrace quotaops raid/md_p ramfs random rcupdate_trace rcupdate_wait reboot regmap
    regulator/consumer relay remoteproc reset resource rmap route rpmsg rtmutex rtnetlink scatterlist
    sched/autogroup sched/clock sched/coredump sched/cputime sched/deadline sched/debug sched/hotplug
    sched/isolation sched/loadavg sched/mm sched/numa_balancing sched/rseq_api sched/rt sched/signal sched/stat
    sched/sysctl sched/task sched/task_stack sched/topology sched/user sched/wake_q sched/xacct sctp seccomp
    securebits security sem seq_file serdev serial serial_core serial_reg shm shmem_fs shrinker signal signalfd
    siphash sizes skbuff_ref smp smpboot soc/qcom/apr sock_diag sockios sort spi/spi splice stackdepot stacktrace
    stat statfs static_key stop_machine string_helpers stringify sunrpc/addr sunrpc/bc_xprt sunrpc/clnt
    sunrpc/gss_api sunrpc/metrics sunrpc/rpc_pipe_fs sunrpc/stats sunrpc/svc sunrpc/svc_rdma sunrpc/svc_xprt
    sunrpc/svcsock sunrpc/xprt sunrpc/xprtsock surface_aggregator/controller surface_aggregator/serial_hub suspend
    swap swapops sync_file syscall_user_dispatch syscalls syscore_ops sysctl sysfs sysrq task_io_accounting_ops
    task_work taskstats_kern tcp tee_core termios termios_internal thread_info tick time_namespace timekeeping
    times topology trace_events tracefs tracepoint tty tty_buffer tty_driver tty_flip tty_ldisc uaccess udp uio un
    unaligned unistd usb usb/cdc usb/cdc-wdm usb/ch9 usb/composite usb/gadget usb/hcd usb/quirks usb/serial
    usb/usbnet user-return-notifier user_events user_namespace userfaultfd_k utsname verification vfio vfs
    videodev2 virtio virtio_config vmalloc vmstat vt_kern watchdog writeback xattr xfrm zstd`,
  ),
  ...inFolder(
    'net',
    `act_api addrconf af_rxrpc arp bluetooth/bluetooth bluetooth/hci_core bluetooth/l2cap busy_poll cfg80211
    checksum devlink dsa dst dst_metadata fib_notifier flow flow_dissector flow_offload genetlink geneve gro
    hotdata icmp inet6_hashtables inet_common inet_connection_sock inet_dscp inet_ecn inet_frag inet_hashtables
    inet_sock ip ip6_checksum ip6_fib ip6_route ip_fib ip_vs ipv6 ipv6_stubs lwtunnel mctp ndisc neighbour
    netevent netfilter/nf_conntrack netfilter/nf_conntrack_acct netfilter/nf_conntrack_core
    netfilter/nf_conntrack_helper netfilter/nf_conntrack_l4proto netfilter/nf_conntrack_timeout
    netfilter/nf_conntrack_tuple netfilter/nf_conntrack_zones netfilter/nf_flow_table netlabel netlink
    netns/generic nexthop page_pool/helpers pkt_cls pkt_sched protocol request_sock route rtnetlink sch_generic
    scm sctp/sctp sctp/sm secure_seq sock sock_reuseport switchdev tc_act/tc_ct tc_act/tc_gate tc_act/tc_vlan
    tc_wrapper tcp tcp_states tls transp_v6 udp udp_tunnel vxlan xdp xfrm`,
  ),
  ...inFolder(
    'asm',
    `cacheflush ccwdev cio cpcmd current debug div64 dma ebcdic io ioctls irq irq_regs param pgalloc pgtable
    processor ptrace sections setup tlb types unaligned unistd vio xen/hypervisor`,
  ),
  ...inFolder('uapi/linux', 'batadv_packet batman_adv fcntl io_uring magic mount sched/types types'),
  ...inFolder('crypto', 'aead aes authenc cryptd hash internal/aead scatterwalk sha1 sha2 skcipher utils'),
  ...inFolder(
    'drm',
    `drm_accel drm_atomic drm_atomic_helper drm_auth drm_cache drm_client drm_device drm_drv drm_edid drm_exec
    drm_file drm_gem drm_gpuvm drm_ioctl drm_managed drm_prime drm_print drm_probe_helper drm_syncobj drm_utils
    drm_vblank gpu_scheduler panfrost_drm panthor_drm ttm/ttm_tt`,
  ),
  ...inFolder('keys', 'rxrpc-type user-type'),
  ...inFolder(
    'media',
    `dvbdev media-device tuner v4l2-async v4l2-common v4l2-dev v4l2-device v4l2-event v4l2-ioctl v4l2-mc
    videobuf2-dma-contig videobuf2-memops videobuf2-v4l2 videobuf2-vmalloc`,
  ),
  ...inFolder(
    'rdma',
    `ib ib_addr ib_cache ib_cm ib_mad ib_smi ib_umem ib_user_verbs ib_verbs iw_cm rdma_cm rdma_counter
    rdma_netlink uverbs_ioctl uverbs_std_types`,
  ),
  ...inFolder(
    'scsi',
    `fc/fc_fs fc/fc_gs iscsi_proto libfc scsi scsi_cmnd scsi_common scsi_dbg scsi_device scsi_devinfo scsi_dh
    scsi_driver scsi_eh scsi_host scsi_ioctl scsi_proto scsi_tcq scsi_transport scsi_transport_fc scsicam sg`,
  ),
  ...inFolder('sound', 'asoundef control core info initval pcm pcm_params'),
  ...inFolder('target', 'iscsi/iscsi_transport target_core_backend target_core_base target_core_fabric'),
  ...inFolder(
    'trace',
    `events/block events/btrfs events/dlm events/f2fs events/rpcrdma events/sched events/sock events/sunrpc`,
  ),
  ...inFolder('uapi', 'drm/habanalabs_accel drm/pvr_drm drm/qaic_accel drm/xe_drm scsi/fc/fc_fs'),
  ...inFolder('xen', 'balloon events grant_table page xen xenbus'),
];

/** What is in them. */
export const USUAL = '#include <refuzz/usual.h>\n';

function inFolder(folder: string, names: string): string[] {
  return names.split(/\s+/).map((name) => `${folder}/${name}.h`);
}

import { beforeAll, describe, expect, test } from 'vitest';
import type { Judged } from '../../audit/census/verdict.ts';
import { judge } from '../../audit/rules/judge.ts';
import { openTrees } from '../../audit/source/open-trees.ts';
import { censusOfTexts } from './census-of-texts.ts';

/*
 * Of the twenty counters whose verdict is known, those that the kernel still has, in its own source: twenty/ has them all in
 * other words. A release moves lines, so places are held by file and op.
 */

const ARCHIVE = '/usr/src/linux-source-6.12.tar.xz';

const FILES = [
  ...['arch/x86/events/core.c', 'drivers/auxdisplay/charlcd.c', 'drivers/md/dm-vdo/indexer/io-factory.c'],
  ...['drivers/gpu/drm/i915/intel_runtime_pm.c', 'drivers/gpu/drm/i915/intel_runtime_pm.h'],
  ...['drivers/gpu/drm/vc4/vc4_bo.c', 'drivers/gpu/drm/vc4/vc4_drv.h', 'drivers/gpu/drm/vc4/vc4_gem.c'],
  ...['drivers/infiniband/core/cm.c', 'drivers/infiniband/core/rdma_core.c', 'include/rdma/ib_verbs.h'],
  ...['fs/afs/internal.h', 'fs/afs/main.c', 'fs/afs/server.c'],
  ...['fs/configfs/configfs_internal.h', 'fs/configfs/dir.c', 'fs/file.c', 'kernel/fork.c'],
  ...['fs/hfs/bnode.c', 'fs/hfs/btree.c', 'fs/hfs/btree.h', 'fs/hfs/inode.c'],
  ...['fs/proc/generic.c', 'fs/proc/inode.c', 'fs/proc/internal.h', 'include/linux/fdtable.h'],
  ...['fs/xfs/xfs_log.c', 'fs/xfs/xfs_log_priv.h', 'include/linux/bpf.h', 'kernel/bpf/token.c'],
  ...['include/linux/skbuff.h', 'net/core/skbuff.c', 'net/packet/af_packet.c', 'net/packet/internal.h'],
  ...['include/sound/pcm.h', 'sound/core/pcm.c', 'sound/core/pcm_lib.c', 'sound/core/pcm_native.c'],
];

/** What is right, and a file and an op that have to be among the lines that are shown. */
const EXPECTED = [
  ['proc_dir_entry.in_use', 'no', 'fs/proc/inode.c', 'atomic_inc_unless_negative'],
  ['snd_pcm_runtime.buffer_accessing', 'no', 'sound/core/pcm_native.c', 'atomic_dec_unless_positive'],
  ['xlog_ticket.t_ref', 'as-is', 'fs/xfs/xfs_log.c', 'atomic_dec_and_test'],
  ['files_struct.count', 'as-is', 'fs/file.c', 'atomic_dec_and_test'],
  ['configfs_dirent.s_count', 'as-is', 'fs/configfs/configfs_internal.h', 'atomic_dec_and_test'],
  ['io_factory.ref_count', 'as-is', 'drivers/md/dm-vdo/indexer/io-factory.c', 'atomic_add_return(-1'],
  ['bpf_token.refcnt', 'as-is', 'kernel/bpf/token.c', 'atomic64_dec_and_test'],
  ['pmc_refcount', 'with-a-change', 'arch/x86/events/core.c', 'atomic_inc_not_zero'],
  ['hfs_bnode.refcnt', 'with-care', 'fs/hfs/bnode.c', 'atomic_dec_and_lock'],
  ['afs_net.servers_outstanding', 'with-a-change', 'fs/afs/server.c', 'atomic_dec('],
  ['cm_id_private.work_count', 'no', 'drivers/infiniband/core/cm.c', 'atomic_inc_and_test'],
  ['ib_uobject.usecnt', 'no', 'drivers/infiniband/core/rdma_core.c', 'atomic_cmpxchg'],
  [
    'intel_runtime_pm.wakeref_count',
    'no',
    'drivers/gpu/drm/i915/intel_runtime_pm.h',
    'INTEL_RPM_WAKELOCK_BIAS',
  ],
  ['charlcd_available', 'no', 'drivers/auxdisplay/charlcd.c', 'atomic_dec_and_test'],
  ['skb_shared_info.dataref', 'no', 'include/linux/skbuff.h', 'SKB_DATAREF_SHIFT'],
  ['vc4_bo.usecnt', 'sound', 'drivers/gpu/drm/vc4/vc4_bo.c', 'refcount_inc_not_zero'],
  ['packet_fanout.sk_ref', 'sound', 'net/packet/af_packet.c', 'refcount_set'],
] as const;

describe('counters of Linux 6.12 of which the verdict is known', () => {
  let judged: readonly Judged[];
  beforeAll(async () => {
    const texts = await (await openTrees([ARCHIVE])).texts(FILES);
    expect([...texts.keys()].sort()).toEqual([...FILES].sort());
    judged = judge(await censusOfTexts(Object.fromEntries(texts)));
  }, 120_000);

  test.each(EXPECTED)('%s: %s', (name, verdict, file, op) => {
    const found = judged.filter(({ counter }) => counter.name === name);
    expect(found.map((one) => one.verdict)).toEqual([verdict]);
    const places = found[0]!.reasons.flatMap((reason) => reason.places);
    const shown = places.map((place) => `${place.file}: ${place.text}`);
    expect(
      places.some((place) => place.file === file && place.text.includes(op)),
      shown.join('\n'),
    ).toBe(true);
  });
});

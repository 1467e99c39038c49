import type { RcuObject } from '../../subject/rcu-object.ts';

/** A call that refuzz/host.h declares, as what it does to the object: one access. */
type ObjectCall = (object: RcuObject, first: number) => number | undefined;

/**
 * The functions of refuzz/host.h that only a scheme has, by name; those that need to know what is where in memory are the
 * host's own.
 */
export const OBJECT_CALLS: ReadonlyMap<string, ObjectCall> = new Map<string, ObjectCall>([
  ['refuzz_rcu_read_lock', ({ rcu }) => void rcu.readLock()],
  ['refuzz_rcu_read_unlock', ({ rcu }) => void rcu.readUnlock()],
  ['refuzz_use', (object) => void object.use()],
  ['refuzz_write', (object) => void object.write()],
  ['refuzz_free', (object) => void object.free()],
  ['refuzz_start', (object) => void object.start()],
  ['refuzz_stop', (object) => void object.stop()],
  ['refuzz_thread', (object) => object.thread()],
  ['refuzz_idle_note', ({ idle }) => void idle.note()],
  ['refuzz_idle_clear', ({ idle }) => void idle.clear()],
  ['refuzz_idle_check', ({ idle }) => idle.check()],
  ['refuzz_link', ({ list }, place) => void list.store(place, 'release')],
  ['refuzz_linked', ({ list }) => list.load('acquire')],
]);

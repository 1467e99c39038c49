import type { Lock } from '../../subject/rcu-object.ts';

/** What a call does to a lock. @returns its result, where it has one */
type LockCall = (lock: Lock) => number | undefined;

/**
 * The functions of refuzz/host.h that take the address of a lock, by name: one access each. Locks of the kernel's headers end
 * here, whatever they are called: what a mutex does beside, its header says with refuzz_touch().
 */
export const LOCK_CALLS: ReadonlyMap<string, LockCall> = new Map<string, LockCall>([
  ['refuzz_lock', (lock) => void lock.acquire()],
  ['refuzz_unlock', (lock) => void lock.release()],
  ['refuzz_trylock', (lock) => Number(lock.tryAcquire())],
  ['refuzz_lock_shared', (lock) => void lock.acquireShared()],
  ['refuzz_trylock_shared', (lock) => Number(lock.tryAcquireShared())],
  ['refuzz_unlock_shared', (lock) => void lock.releaseShared()],
  ['refuzz_downgrade', (lock) => void lock.downgrade()],
  ['refuzz_locked', (lock) => lock.look()],
  ['refuzz_seq_lock', (lock) => void lock.beginWrite()],
  ['refuzz_seq_unlock', (lock) => void lock.endWrite()],
  ['refuzz_seq_begin', (lock) => lock.readBegin()],
  ['refuzz_seq_read', (lock) => lock.readNow()],
]);

/** Whether a module asks of some lock what its sequence is. */
export function readsSequences(imports: readonly { readonly name: string }[]): boolean {
  return imports.some(({ name }) => name === 'refuzz_seq_begin' || name === 'refuzz_seq_read');
}

import { PackedFields } from '../../oracles/packed-fields.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { Access } from './access.ts';

// What the word of a lock holds. Who has it alone is in the lowest bits: the thread plus one, 0 for nobody. How often each
// thread shares it lies above:
//
//     0          free
//     2          thread 1 has it alone
//     0x210      thread 0 shares it once, thread 1 four times over: 1 << 4 | 4 << 7
//
// Threads that share a lock may do so again, as readers of an rwlock_t may. A thread that waits to have it alone keeps no
// others out: so refuzz misses a deadlock of the kernel's, in which a reader takes the lock once more behind such a thread.

const OWNER_BITS = 4;
const OWNER = (1 << OWNER_BITS) - 1;
/** Threads of a machine, asynchronous ones among them. */
const MOST_THREADS = 9;
const SHARES = new PackedFields({ bits: 3, fields: MOST_THREADS });

/** What an access of a lock leaves and answers. */
export interface LockStep {
  readonly value: number;
  readonly result: number;
  /** Whether the thread had what it gave up. */
  readonly isBalanced: boolean;
}

/** What a lock's word holds while a thread has it alone: the thread plus one. 0 is free. */
export function ownerCode(thread: number): number {
  return thread + 1;
}

/** Whether a thread has the lock, alone or with others. */
export function hasLock(value: number, thread: number): boolean {
  return (value & OWNER) === ownerCode(thread) || (value > OWNER && sharesOf(value, thread) > 0);
}

/** The threads that have a lock, one alone or some together. */
export function lockHolders(value: number): number[] {
  return Array.from({ length: MOST_THREADS }, (_, thread) => thread).filter((thread) =>
    hasLock(value, thread),
  );
}

/** Whether an access of a lock must wait. @param value of the lock's word */
export function waitsForLock(kind: number, value: number): boolean {
  if (kind === Access.LOCK || kind === Access.SEQ_LOCK) return value !== 0;
  return kind === Access.LOCK_SHARED && (value & OWNER) !== 0;
}

/**
 * What an access of a lock does, by a thread that can make it. Who gives up what he does not have is out of balance: what an
 * `unlock` takes away then is what there is, as a kernel would, and a fact has been noted anyway; shares that a thread does not
 * have cannot be taken away, or the next one would seem to have seven.
 *
 *     free, LOCK by 1             1 has it alone
 *     free, LOCK_SHARED by 0      0 shares it; LOCK_SHARED by 1: both do; LOCK by 2 waits
 *     TRY_LOCK, while 0 shares    0, and nothing changes
 *     DOWNGRADE by 1, alone       1 shares it
 *     UNLOCK by 0, while 1 has    out of balance, and free
 *
 * @throws InputError where a thread shares it too often
 */
export function lockStep(kind: number, value: number, thread: number): LockStep {
  const own = ownerCode(thread);
  switch (kind) {
    case Access.LOCK:
    case Access.SEQ_LOCK:
      return step(own);
    case Access.UNLOCK:
    case Access.SEQ_UNLOCK:
      return step(0, 0, value === own);
    case Access.TRY_LOCK:
      return value === 0 ? step(own, 1) : step(value, 0);
    case Access.LOCK_SHARED:
      return step(shared(value, thread, 1));
    case Access.TRY_LOCK_SHARED:
      return (value & OWNER) === 0 ? step(shared(value, thread, 1), 1) : step(value, 0);
    case Access.UNLOCK_SHARED:
      return sharesOf(value, thread) > 0 ? step(shared(value, thread, -1)) : step(value, 0, false);
    case Access.DOWNGRADE:
      return (value & OWNER) === own ? step(shared(value - own, thread, 1)) : step(value, 0, false);
    case Access.LOOK_AT_LOCK:
      return step(value, value === 0 ? 0 : value <= OWNER ? 1 : 2);
    default:
      throw new Error(`internal: ${kind} is no access of a lock`);
  }
}

/** The same lock once two threads have each other's number. */
export function swappedLock(value: number, one: number, other: number): number {
  const owner = value & OWNER;
  const renamed =
    owner === ownerCode(one) ? ownerCode(other) : owner === ownerCode(other) ? ownerCode(one) : owner;
  if (value <= OWNER) return renamed;
  return (SHARES.swapped(value >> OWNER_BITS, one, other) << OWNER_BITS) | renamed;
}

function step(value: number, result = 0, isBalanced = true): LockStep {
  return { value, result, isBalanced };
}

function sharesOf(value: number, thread: number): number {
  return SHARES.of(value >> OWNER_BITS, thread);
}

function shared(value: number, thread: number, by: 1 | -1): number {
  if (thread >= MOST_THREADS) throw new Error(`internal: a lock of ${thread} threads`);
  const shares = sharesOf(value, thread) + by;
  if (shares > SHARES.most)
    throw new InputError('a lock', `a thread shares it more than ${SHARES.most} times over`);
  return (SHARES.with(value >> OWNER_BITS, thread, shares) << OWNER_BITS) | (value & OWNER);
}

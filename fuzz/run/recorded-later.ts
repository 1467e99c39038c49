import type { Later } from '../../targets/subject/later.ts';
import { Access } from './access.ts';

/** Set in the second operand of an access of what lies in the object: it touches that as well. */
export const TOUCHES_OBJECT = 16;

/** Which callback is queued, at which head, and whose readers it waits for. */
interface QueuedCallback {
  readonly which: number;
  /** Its address, less than 2^24. */
  readonly head: number;
  readonly domain: number;
}

/**
 * The second operand of RCU_CALL. It tells nodes of trees apart: callbacks with other heads are other accesses.
 *
 *     bits 0 to 2 the function │ 3 to 5 the domain │ from 6 on the head's address
 *
 * All of it is 0 for the one callback of a scheme that has no more.
 */
export function callOperand({ which, head, domain }: QueuedCallback): number {
  return which | (domain << 3) | (head << 6);
}

/** Reads that. */
export function calledBy(operand: number): QueuedCallback {
  return { which: operand & 7, domain: (operand >> 3) & 7, head: operand >>> 6 };
}

/** An access with its operands. @returns its result */
type Make = (kind: number, a: number, b: number) => number;

/**
 * `Later` as ops see it, each method an access that `make` answers. The first operand is the function, the domain or the place;
 * the second how something is cancelled, and whether it lies in the object: a free of the object then takes it along.
 */
export function recordedLater(make: Make): Later {
  const flag = (isInObject: boolean) => (isInObject ? TOUCHES_OBJECT : 0);
  return {
    arm: (which, isInObject) => make(Access.LATER_ARM, which, flag(isInObject)) !== 0,
    cancel: (which, how, isInObject) => make(Access.LATER_CANCEL, which, how | flag(isInObject)) !== 0,
    state: (which, isInObject) => make(Access.LATER_STATE, which, flag(isInObject)),
    flushBegin: (which, isInObject) => make(Access.FLUSH_BEGIN, which, flag(isInObject)) !== 0,
    flushEnd: (which) => void make(Access.FLUSH_END, which, 0),
    synchronizeBegin: (domain) => void make(Access.SYNC_BEGIN, domain, 0),
    synchronizeEnd: (domain) => void make(Access.SYNC_END, domain, 0),
    srcuLock: (domain) => void make(Access.SRCU_LOCK, domain, 0),
    srcuUnlock: (domain) => void make(Access.SRCU_UNLOCK, domain, 0),
    sleepBegin: (place, isInObject) => void make(Access.SLEEP_BEGIN, place, flag(isInObject)),
    sleep: () => void make(Access.SLEEP, 0, 0),
    sleepEnd: (isInObject) => void make(Access.SLEEP_END, 0, flag(isInObject)),
    wake: (place, isInObject) => void make(Access.WAKE, place, flag(isInObject)),
  };
}

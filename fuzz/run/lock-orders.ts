import type { OrderedAccess } from '../../oracles/thread-views.ts';
import { Access } from './access.ts';

const TAKES: OrderedAccess = { reads: true, writes: false, order: 'acquire' };
const GIVES: OrderedAccess = { reads: true, writes: true, order: 'release' };
const LOOKS: OrderedAccess = { reads: true, writes: false, order: 'relaxed' };

const OF_LOCK: Readonly<Record<number, OrderedAccess>> = {
  [Access.LOCK]: TAKES,
  [Access.TRY_LOCK]: TAKES,
  [Access.LOCK_SHARED]: TAKES,
  [Access.TRY_LOCK_SHARED]: TAKES,
  [Access.SEQ_LOCK]: TAKES,
  [Access.SEQ_BEGIN]: TAKES,
  [Access.SEQ_READ]: TAKES,
  [Access.UNLOCK]: GIVES,
  [Access.UNLOCK_SHARED]: GIVES,
  [Access.DOWNGRADE]: GIVES,
  [Access.SEQ_UNLOCK]: GIVES,
  [Access.LOOK_AT_LOCK]: LOOKS,
};
const TRIES: readonly number[] = [Access.TRY_LOCK, Access.TRY_LOCK_SHARED];

/** What an access of a lock does to what is known. @returns undefined for a try that has failed, which does nothing */
export function lockOrder(kind: number, result: number): OrderedAccess | undefined {
  return result === 0 && TRIES.includes(kind) ? undefined : OF_LOCK[kind]!;
}

/** Whether a lock is given back by what `lockOrder` has said. */
export function isGivenBack(did: OrderedAccess): boolean {
  return did === GIVES;
}

/** Whether it is taken. */
export function isTaken(did: OrderedAccess): boolean {
  return did === TAKES;
}

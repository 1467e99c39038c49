import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import { Access } from './access.ts';
import { hasLock, lockHolders, lockStep, swappedLock, waitsForLock } from './scheme-locks.ts';

const KINDS = [
  Access.LOCK,
  Access.UNLOCK,
  Access.TRY_LOCK,
  Access.LOCK_SHARED,
  Access.TRY_LOCK_SHARED,
  Access.UNLOCK_SHARED,
  Access.DOWNGRADE,
  Access.LOOK_AT_LOCK,
] as const;

/** What a lock holds once threads have made these accesses, as far as they could. */
function once(...steps: readonly (readonly [kind: number, thread: number])[]): number {
  return steps.reduce(
    (value, [kind, thread]) => (waitsForLock(kind, value) ? value : lockStep(kind, value, thread).value),
    0,
  );
}

describe('a lock', () => {
  test('that one has alone keeps everybody out', () => {
    const taken = once([Access.LOCK, 1]);
    expect(lockHolders(taken)).toEqual([1]);
    expect(waitsForLock(Access.LOCK, taken)).toBe(true);
    expect(waitsForLock(Access.LOCK_SHARED, taken)).toBe(true);
    expect(lockStep(Access.TRY_LOCK, taken, 0)).toEqual({ value: taken, result: 0, isBalanced: true });
    expect(lockStep(Access.TRY_LOCK_SHARED, taken, 0).result).toBe(0);
  });

  test('that some share keeps out who wants it alone, until the last has left', () => {
    const shared = once([Access.LOCK_SHARED, 0], [Access.LOCK_SHARED, 3], [Access.LOCK_SHARED, 3]);
    expect(lockHolders(shared)).toEqual([0, 3]);
    expect(waitsForLock(Access.LOCK, shared)).toBe(true);
    expect(waitsForLock(Access.LOCK_SHARED, shared)).toBe(false);
    const left = [0, 3].reduce(
      (value, thread) => lockStep(Access.UNLOCK_SHARED, value, thread).value,
      shared,
    );
    expect(lockHolders(left)).toEqual([3]);
    expect(lockStep(Access.UNLOCK_SHARED, left, 3).value).toBe(0);
  });

  // Nobody comes in between, as somebody could if he let go and asked again.
  test('is shared by who had it alone', () => {
    const shared = once([Access.LOCK, 2], [Access.DOWNGRADE, 2]);
    expect(waitsForLock(Access.LOCK_SHARED, shared)).toBe(false);
    expect(lockStep(Access.UNLOCK_SHARED, shared, 2)).toEqual({ value: 0, result: 0, isBalanced: true });
  });

  test.each([
    ['given up by another', Access.UNLOCK, once([Access.LOCK, 1])],
    ['given up as if it were shared', Access.UNLOCK_SHARED, once([Access.LOCK, 0])],
    ['given up as if it were not', Access.UNLOCK, once([Access.LOCK_SHARED, 0])],
    ['shared by another', Access.UNLOCK_SHARED, once([Access.LOCK_SHARED, 1])],
    ['downgraded by another', Access.DOWNGRADE, once([Access.LOCK, 1])],
    ['free', Access.UNLOCK_SHARED, 0],
  ])('%s is out of balance', (_, kind, value) => {
    expect(lockStep(kind, value, 0).isBalanced).toBe(false);
  });

  // An answer that depended on the thread would tell alike threads apart.
  test('says how many have it, and not who', () => {
    const looked = (value: number) => lockStep(Access.LOOK_AT_LOCK, value, 0).result;
    expect([0, once([Access.LOCK, 3]), once([Access.LOCK_SHARED, 2])].map(looked)).toEqual([0, 1, 2]);
  });

  test('is shared seven times over by one thread at most', () => {
    const often = Array.from({ length: 7 }, () => [Access.LOCK_SHARED, 8] as const);
    expect(hasLock(once(...often), 8)).toBe(true);
    expect(() => once(...often, [Access.LOCK_SHARED, 8])).toThrow(InputError);
  });

  // What symmetry reduction relies on: to rename and then to act is to act and then to rename.
  test('means the same to threads that have exchanged their numbers', () => {
    const step = fc.tuple(fc.constantFrom(...KINDS), fc.nat(4));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.nat(4), fc.nat(4), (steps, one, other) => {
        const renamed = steps.map(([kind, thread]): [number, number] => [
          kind,
          thread === one ? other : thread === other ? one : thread,
        ]);
        expect(once(...renamed)).toBe(swappedLock(once(...steps), one, other));
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { feature, verdictOf } from './features.ts';

/** A file, what is wrong with it when a name is defined, and what is said of it then. */
const DEFECTS: readonly (readonly [file: string, defect: string, verdict: string])[] = [
  // Two who share the lock both find the object linked, and both drop the structure's reference.
  ['rwlock', 'SHARED', 'use-after-free lookup'],
  // A reader goes home with the lock.
  ['rwlock', 'KEPT', 'unbalanced lookup'],
  // And one gives it up twice: the second time it is not his.
  ['rwlock', 'TWICE', 'unbalanced lookup'],
  // Who has gone on as a reader is no writer any more.
  ['rwsem', 'AS_WRITER', 'unbalanced unlink'],
  // A reader waits until nobody reads, himself included.
  ['rwsem', 'UPGRADE', 'stuck upgrade'],
  // The lock has gone with the object.
  ['in-object', 'LATE', 'use-after-free put'],
  // The way out of a failed attempt is the one that nobody tests.
  ['trylock', 'FORGETS', 'unbalanced clean_slowly'],
  // Whoever takes 1 for a failure unlocks what he has just got: another comes in.
  ['trylock', 'NEGATED', 'double-free clean_slowly'],
  // Nobody has ever called up().
  ['semaphore', 'NONE', 'stuck put'],
  // The second put waits for the first, which is over.
  ['semaphore', 'KEPT', 'stuck put'],
  // One more up() than down() lets two in: one of their changes is lost, and the count never comes to 0.
  ['semaphore', 'TWICE', 'leak put'],
  // The flag of before and the list of after.
  ['seqlock', 'NO_RETRY', 'crash look'],
  // The writer is done before he has begun, so no reader retries.
  ['seqlock', 'OUTSIDE', 'crash look'],
  // An odd sequence that stays odd is the same at the end.
  ['seqcount', 'NO_WAIT', 'crash look'],
  // The next writer makes it even while he is at work.
  ['seqcount', 'NO_END', 'crash look'],
  // Between the look at the count and the flag a lookup takes a reference.
  ['bit-spinlock', 'UNLOCKED', 'crash kill'],
  // The bit belongs to nobody, so nothing is out of balance; but whoever comes next waits for ever.
  ['bit-spinlock', 'KEPT', 'stuck lookup'],
];

const SOUND = [...new Set(DEFECTS.map(([file]) => file))];

test.each(SOUND)('%s is sound', async (file) => {
  expect(verdictOf(await feature(`locks/${file}.c`))).toBe('sound');
});

test.each(DEFECTS)('%s: %s is found', async (file, defect, verdict) => {
  expect(verdictOf(await feature(`locks/${file}.c`, defect))).toBe(verdict);
});

describe('a put that takes the lock when it is the last', () => {
  test.each([
    ['atomic_dec_and_lock(&object->refs, &lock)', []],
    ['atomic_dec_and_lock_irqsave(&object->refs, &lock, flags)', []],
    ['atomic_dec_and_raw_lock(&object->refs, &lock)', ['RAW']],
    ['atomic_dec_and_raw_lock_irqsave(&object->refs, &lock, flags)', ['RAW']],
    ['atomic_dec_and_mutex_lock(&object->refs, &lock)', ['MUTEX']],
    ['refcount_dec_and_lock(&object->refs, &lock)', ['REFCOUNT']],
    ['refcount_dec_and_lock_irqsave(&object->refs, &lock, &flags)', ['REFCOUNT']],
    ['refcount_dec_and_mutex_lock(&object->refs, &lock)', ['REFCOUNT', 'MUTEX']],
  ] as const)('%s', async (form, names) => {
    expect(verdictOf(await feature('locks/dec-and-lock.c', `FORM=${form}`, ...names))).toBe('sound');
  });

  test.each([
    ['kref_put_lock(&object->refs, release_kref, &lock)', ['KREF']],
    ['kref_put_mutex(&object->refs, release_kref, &lock)', ['KREF', 'MUTEX']],
  ] as const)('%s, which releases by itself', async (form, names) => {
    const put = `FORM=(${form}, false)`;
    expect(verdictOf(await feature('locks/dec-and-lock.c', put, ...names))).toBe('sound');
  });

  test('without the lock, a lookup takes what is about to be freed', async () => {
    expect(verdictOf(await feature('locks/dec-and-lock.c', 'UNLOCKED'))).toBe('double-free put');
  });
});

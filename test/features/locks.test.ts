import { describe, expect, test } from 'vitest';
import { feature, verdictOf } from './features.ts';

/** A file, what is wrong with it when a name is defined, and what is said of it then. */
const DEFECTS: readonly (readonly [file: string, defect: string, verdict: string])[] = [
  ['rwlock', 'SHARED', 'use-after-free lookup'],
  ['rwlock', 'KEPT', 'unbalanced lookup'],
  ['rwlock', 'TWICE', 'unbalanced lookup'],
  ['rwsem', 'AS_WRITER', 'unbalanced unlink'],
  ['rwsem', 'UPGRADE', 'stuck upgrade'],
  ['in-object', 'LATE', 'use-after-free put'],
  ['trylock', 'FORGETS', 'unbalanced clean_slowly'],
  ['trylock', 'NEGATED', 'double-free clean_slowly'],
  ['semaphore', 'NONE', 'stuck put'],
  ['semaphore', 'KEPT', 'stuck put'],
  ['semaphore', 'TWICE', 'leak put'],
  ['seqlock', 'NO_RETRY', 'crash look'],
  ['seqlock', 'OUTSIDE', 'crash look'],
  ['seqcount', 'NO_WAIT', 'crash look'],
  ['seqcount', 'NO_END', 'crash look'],
  ['bit-spinlock', 'UNLOCKED', 'crash kill'],
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

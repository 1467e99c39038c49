import { describe, expect, test } from 'vitest';
import { oneIn, sampleOf } from '../thorough.ts';
import { feature, verdictOf } from './features.ts';
import { filesOf, PAIRS } from './pairs.ts';

test.each(filesOf('locks'))('%s is sound', async (file) => {
  expect(verdictOf(await feature(`locks/${file}.c`))).toBe('sound');
});

test.each(oneIn(3, PAIRS.locks))(`%s: %s is found, ${sampleOf(3)}`, async (file, defect, found) => {
  expect(verdictOf(await feature(`locks/${file}.c`, defect))).toBe(found);
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
});

import { expect, test } from 'vitest';
import { atomic } from '../counters/atomic.ts';
import { refcountV55 } from '../counters/refcount-v5.5.ts';
import { BOOTED_OPS, isIn, opsHeader } from './booted-ops.ts';
import * as protocol from './protocol.ts';

test('every word has a place of its own, below the texts', () => {
  const places = Object.values(protocol.Word);
  expect(new Set(places).size).toBe(places.length);
  const last = protocol.Word.ARGUMENTS + protocol.RACE.outcomes + protocol.MOST_RACERS;
  expect(last * 4).toBeLessThanOrEqual(protocol.RELEASE_AT);
  expect(protocol.TEXTS_AT + protocol.MOST_TEXTS * protocol.TEXT_BYTES).toBeLessThanOrEqual(
    protocol.REQUEST_AT,
  );
});

test('arguments do not overlap', () => {
  const { start, threads, cells, batches, seed, ops, outcomes } = protocol.RACE;
  expect([start, threads, cells, batches, seed, ops, outcomes]).toEqual([
    0,
    1,
    2,
    3,
    4,
    5,
    5 + protocol.MOST_RACERS,
  ]);
});

test('the largest batch fits into request and answer', () => {
  const ops = protocol.MOST_OPS_OF_BATCH;
  const calls = 1024 * protocol.WORDS_PER_CALL * 4;
  expect(calls + ops * (4 + 4 + 2)).toBeLessThanOrEqual(protocol.REQUEST_BYTES);
  expect(ops * 9).toBeLessThanOrEqual(protocol.ANSWER_BYTES);
});

test('a PCI device wants a power of two', () => {
  expect(Math.log2(protocol.MAILBOX_BYTES) % 1).toBe(0);
});

test('the header for C has each constant once', () => {
  const names = [...protocol.protocolHeader().matchAll(/^#define (\w+) \d+u$/gm)].map((match) => match[1]!);
  expect(new Set(names).size).toBe(names.length);
  expect(protocol.protocolHeader().trimEnd().split('\n')).toHaveLength(names.length + 1);
  expect(names).toContain('RFZ_SEQUENTIAL_CALLS');
});

test.each([
  ['atomic', atomic],
  ['refcount', refcountV55],
] as const)('every op of the model of %s is there, with as many arguments', (family, model) => {
  const known = BOOTED_OPS.filter((op) => op.family === family);
  expect(Object.fromEntries(known.map(({ name, arity }) => [name, arity]))).toEqual(
    Object.fromEntries(Object.entries(model.ops).map(([name, { arity }]) => [name, arity])),
  );
});

test('an op that a kernel lacks is not compiled for it', () => {
  const older = 'static inline void refcount_set(refcount_t *r, int n)';
  const newer = `${older}\nstatic inline void refcount_set_release(refcount_t *r, int n)`;
  const op = BOOTED_OPS.find(({ needs }) => needs === 'refcount_set_release')!;
  expect([isIn(op, older), isIn(op, newer)]).toEqual([false, true]);
  expect(opsHeader(older)).not.toContain('refcount_set_release');
  expect(opsHeader(newer)).toContain(`case ${BOOTED_OPS.indexOf(op)}: refcount_set_release(r, a); return 0;`);
});

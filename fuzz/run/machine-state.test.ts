import { expect, test } from 'vitest';
import { SLOTS_PER_THREAD } from '../../oracles/linearizability.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { MAX_OPS, MAX_THREADS } from '../program/program.ts';
import { COUNTER_WORDS, SCHEME_WORDS } from './access.ts';
import { harnessOf } from './harness.ts';
import { Machine } from './machine.ts';

const COUNTER = harnessOf(targetLike('refcount-v5.5'));
const SCHEME = harnessOf(targetLike('inet-peer-naive'));

test('a counter has a slot for each op of the longest thread', () => {
  expect(SLOTS_PER_THREAD).toBeGreaterThanOrEqual(MAX_OPS);
});

test.each([1, 2, MAX_THREADS])('the state of %i threads is as long as they need', (count) => {
  const threadsOf = (call: number) => Array.from({ length: count }, () => [call]);
  const counter = new Machine(COUNTER.subject, 3);
  counter.start({ start: 1, threads: threadsOf(COUNTER.alphabet.id('inc')) });
  expect(counter.state.length).toBe(COUNTER_WORDS + 2 * count + 3);
  const scheme = new Machine(SCHEME.subject);
  scheme.start({ start: 'idle', threads: threadsOf(SCHEME.alphabet.id('gc')) });
  expect(scheme.state.length).toBe(SCHEME_WORDS + 2 * (count + 1) + count);
});

test('every view lies in the state, after the one before it', () => {
  const machine = new Machine(SCHEME.subject, 2);
  machine.start({ start: 'idle', threads: [[SCHEME.alphabet.id('gc')]] });
  const views = [machine.words, machine.node, machine.position, machine.results, machine.extra];
  let end = 0;
  for (const view of views) {
    expect([view.buffer, view.byteOffset]).toEqual([machine.state.buffer, 4 * end]);
    end += view.length;
  }
  expect(end).toBe(machine.state.length);
});

test.each([
  ['threads', Array(MAX_THREADS + 1).fill([])],
  ['ops', [Array(MAX_OPS + 1).fill(COUNTER.alphabet.id('inc'))]],
])('a program of too many %s is a bug of ours', (_, threads) => {
  expect(() => new Machine(COUNTER.subject).start({ start: 1, threads })).toThrow(/^internal: /);
});

test('a counter has nothing of a scheme', () => {
  expect(() => new Machine(COUNTER.subject).touches).toThrow(/^internal: /);
});

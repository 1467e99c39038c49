import type { Case } from '../fuzz/case/case.ts';
import { INT_MAX, REFCOUNT_SATURATED } from '../targets/subject/values.ts';

// Two cases, and the files that they are.

/** A case of a counter, with everything that one may have. */
export const COUNTER: Case = {
  target: 'refcount-v5.5',
  program: { start: INT_MAX, threads: [['inc', 'cmpxchg(1, 0)'], ['read']] },
  schedule: [0, 0, 0, 1],
  expect: {
    divergence: { op: 'inc', boundary: 'int-max', kind: 'result', judgement: 'protects' },
    reference: { results: [[undefined, -0x80000000], [5000]], warnings: [], final: -0x80000000 },
    subject: {
      results: [[undefined, REFCOUNT_SATURATED], [true]],
      warnings: ['saturated; leaking memory', '50%, "quoted": it\'s'],
      final: REFCOUNT_SATURATED,
    },
  },
  why: 'INT_MAX + 1 does not fit. atomic_t wraps to INT_MIN without a word; refcount_t pins the count and says so, once.\nA second paragraph.',
  found: { by: 'random', seed: 0x3f2a91c4, iteration: 17 },
};

/** Its file. */
export const COUNTER_TEXT = `case: 1
target: refcount-v5.5
program:
  start: INT_MAX
  threads:
    - [inc, 'cmpxchg(1, 0)']
    - [read]
schedule: [0, 0, 0, 1]
expect:
  divergence: { op: inc, boundary: int-max, kind: result, judgement: protects }
  reference:
    results: [[void, INT_MIN], [0x00001388]]
    final: INT_MIN
  subject:
    results: [[void, 0xC0000000], [true]]
    warnings: [saturated; leaking memory, '50%, "quoted": it''s']
    final: 0xC0000000
why: >
  INT_MAX + 1 does not fit. atomic_t wraps to INT_MIN without a word; refcount_t pins the count and
  says so, once.

  A second paragraph.
found: { by: random, seed: 0x3f2a91c4, iteration: 17 }
`;

/** A case of a scheme. */
export const SCHEME: Case = {
  target: 'inet-peer-naive',
  program: { start: 'idle', threads: [['lookup', 'put']] },
  expect: {
    divergence: { op: 'lookup', boundary: 'zero', kind: 'lifetime', judgement: 'false-alarm' },
    reference: { results: [['granted', 'void']], warnings: [], facts: [] },
    subject: { results: [['refused', 'void']], warnings: [], facts: ['leak', 'use-after-free'] },
  },
  why: '0 means idle but alive here.',
  found: { by: 'hand' },
};

/** Its file. */
export const SCHEME_TEXT = `case: 1
target: inet-peer-naive
program:
  start: idle
  threads:
    - [lookup, put]
expect:
  divergence: { op: lookup, boundary: zero, kind: lifetime, judgement: false-alarm }
  reference:
    results: [[granted, void]]
  subject:
    results: [[refused, void]]
    facts: [leak, use-after-free]
why: >
  0 means idle but alive here.
found: { by: hand }
`;

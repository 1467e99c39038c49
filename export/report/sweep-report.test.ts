import { expect, test } from 'vitest';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { mergeSegments, sweepChunk } from '../../fuzz/sweep/sweep.ts';
import { checkDocumented } from '../../fuzz/sweep/sweep-documented.ts';
import { intervalsOf } from '../../fuzz/sweep/sweep-intervals.ts';
import type { SweptCall } from '../../fuzz/sweep/sweep-target.ts';
import { loadBuiltInTargets } from '../../targets/target/built-in-targets.ts';
import { plainStyle } from '../show/style.ts';
import { sweepReport } from './sweep-report.ts';
import { sweepSummary } from './sweep-summary.ts';

function harnessNamed(name: string) {
  return harnessOf(loadBuiltInTargets().find((target) => target.name === name)!);
}

/** Some hundred values on either side of each place where this call changes: nothing is skipped in between. */
function sweep(target: string, text: string, from: number, to: number): SweptCall {
  const harness = harnessNamed(target);
  const call = harness.alphabet.parse(text, harness.target.subject.saturated);
  const segments = mergeSegments(sweepChunk(harness, call, from, to));
  const intervals = intervalsOf(harness, call, segments);
  return { call: text, intervals, ...checkDocumented(harness, call, segments) };
}

const known = new Set(['dec-not-one-zero-result-misses']);
const options = { callWidth: 16, known, style: plainStyle };

test('a kernel developer reads where two counters differ', async () => {
  const calls = [
    sweep('refcount-v5.5', 'inc', 0, 300),
    sweep('refcount-v5.5', 'inc', 0x7ffffff0, 0x80000100),
    sweep('refcount-v5.5', 'dec_not_one', 0, 300),
    sweep('refcount-v5.5', 'dec_not_one', 0xbfffff00, 0xc0000100),
    sweep('refcount-v5.5', 'add_not_zero(-1)', 0, 300),
    sweep('refcount-v5.5', 'read', 0xffffff00, 0xffffffff),
    sweep('pax', 'dec_if_positive', 0x7fffff00, 0x80000100),
    sweep('v5.5-vs-ideal', 'inc', 0x7fffff00, 0x80000100),
  ];
  const text = calls.map((call) => sweepReport(call, options)).join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('../../test/golden/sweep.txt');
});

test('what is not as documented has a line of its own', () => {
  const swept = sweep('refcount-v5.5', 'dec', 5, 9);
  const unchanged = { kind: 'offset', by: 0 } as const;
  const mismatch = {
    counter: 'refcount/v5.5',
    call: 'dec',
    from: 5,
    to: 9,
    documented: { word: unchanged, result: unchanged, warnings: ['no'] },
    seen: swept.intervals[0]!.subject,
  };
  expect(
    sweepReport({ ...swept, mismatches: [mismatch] }, options)
      .split('\n')
      .at(-1),
  ).toBe(
    'NOT AS DOCUMENTED refcount/v5.5 dec 0x00000005…0x00000009: documented unchanged, returns old "no"; does old-1',
  );
});

test('the summary of a part does not speak of all values, and names what is unknown', () => {
  const swept = [sweep('pax', 'dec', 0, 9)];
  const lines = sweepSummary({ harness: harnessNamed('pax'), swept, open: ['inc'], values: 10, known });
  expect(lines).toEqual([
    'pax: 1 of 61 ops, each from 10 old values only, one thread: no divergence',
    'pax: atomic: 1 ops as documented',
    'pax: pax: 1 ops as documented',
    'pax: unknown, not swept: inc',
  ]);
  const canary = sweep('canary', 'read', 0, 9);
  const harness = harnessNamed('canary');
  expect(sweepSummary({ harness, swept: [canary], open: [], values: 2 ** 32, known })).toEqual([
    'canary: 1 of 3 ops, each from all 2^32 old values, one thread: no divergence',
    'canary: atomic: 1 ops as documented',
    'canary: canary: not compared with documentation, for want of a table: read',
  ]);
});

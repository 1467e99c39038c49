import { expect, test } from 'vitest';
import type { MetDivergence } from '../../fuzz/case/met-divergence.ts';
import { plainStyle } from '../show/style.ts';
import { divergenceTable } from './report.ts';

function row(target: string, signature: string, isNew: boolean, count: number): MetDivergence {
  const [op, boundary, kind, judgement] = signature.split(' ');
  return {
    target,
    divergence: { op, boundary, kind, judgement } as MetDivergence['divergence'],
    isNew,
    count,
  };
}

const ROWS = [
  row('refcount-v5.5', 'inc zero value protects', false, 12),
  row('refcount-v5.5', 'inc zero warning transient', false, 3),
  row('refcount-v5.5', 'inc int-max value protects', true, 1),
  row('refcount-v5.5', 'dec_and_test minus-one result breaks', true, 2),
  row('refcount-v5.5', 'dec_and_test saturated sticky misses', false, 2),
];

test('one target: its ops by boundary', () => {
  expect(divergenceTable(ROWS, plainStyle)).toMatchInlineSnapshot(`
    "refcount-v5.5
    op            zero   minus-one  int-max  wrap  saturated  interior
    ────────────────────────────────────────────────────────────────────
    dec_and_test  ·      1B         ·        ·     1M         ·
    inc           1P 1T  ·          1P       ·     ·          ·
    P protects  M misses  B breaks  T transient  (signatures, however often met)"
  `);
});

test('several targets: first the targets, then the ops of all', () => {
  const rows = [...ROWS, row('inet-peer-naive', 'gc zero result false-alarm', true, 5)];
  expect(divergenceTable(rows, plainStyle)).toMatchInlineSnapshot(`
    "target           known  new  met  protects  false-alarm  misses  breaks  changes  transient
    ─────────────────────────────────────────────────────────────────────────────────────────────
    inet-peer-naive      ·    1    5         ·            1       ·       ·        ·          ·
    refcount-v5.5        3    2   20         2            ·       1       1        ·          1

    op            zero   minus-one  int-max  wrap  saturated  interior
    ────────────────────────────────────────────────────────────────────
    dec_and_test  ·      1B         ·        ·     1M         ·
    gc            1A     ·          ·        ·     ·          ·
    inc           1P 1T  ·          1P       ·     ·          ·
    P protects  A false-alarm  M misses  B breaks  T transient  (signatures, however often met)"
  `);
});

test('nothing met is no table', () => {
  expect(divergenceTable([], plainStyle)).toBe('');
});

test('colours: what hurts is red, what annoys yellow, what helps green', () => {
  const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const style = { ...plainStyle, red: tag('r'), green: tag('g'), yellow: tag('y') };
  const text = divergenceTable([...ROWS, row('refcount-v5.5', 'gc zero result false-alarm', true, 5)], style);
  for (const cell of ['<g>1P</g>', '<r>1B</r>', '<r>1M</r>', '<y>1A</y>', ' 1T'])
    expect(text).toContain(cell);
});

import { expect, test } from 'vitest';
import { digestOfText, packedText, textOf, unpackedText, valueIn } from './plain-text.ts';

test.each([
  [{ from: 0, to: 64, known: ['a', 'b'] }],
  // The results of ops that return nothing, and of ops that were not reached.
  [[undefined, true, [undefined, 7], { result: undefined }]],
  [{ seen: Uint8Array.from({ length: 70_000 }, (_, at) => (at % 3) & 1) }],
  [[-(2 ** 31), 2 ** 53 - 1, 0.1, null, '~bytes', '']],
  [undefined],
])('what is sent comes back: %#', (value) => {
  expect(valueIn(textOf(value))).toStrictEqual(value);
});

test.each([
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [new Map()],
  [new Error('x')],
  [Int32Array.of(1)],
])('what would come back as something else is refused: %s', (value) => {
  expect(() => textOf({ deep: [value] })).toThrow(/^internal: .* cannot be sent/);
});

test('equal values have one text, and one digest', () => {
  const value = { a: [1, undefined], b: Uint8Array.of(1, 2) };
  expect(digestOfText(textOf(structuredClone(value)))).toBe(digestOfText(textOf(value)));
  expect(digestOfText(textOf({ ...value, a: [1] }))).not.toBe(digestOfText(textOf(value)));
});

test('long texts travel packed, short ones as they are', () => {
  const long = JSON.stringify(Array.from({ length: 5000 }, (_, at) => at % 7));
  expect(packedText(long).length).toBeLessThan(long.length / 3);
  expect(unpackedText(packedText(long))).toBe(long);
  expect(packedText('{"a":1}')).toBe('{"a":1}');
});

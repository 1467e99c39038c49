import { expect, test } from 'vitest';
import { formatCase, parseCase } from './case-file.ts';
import { type CaseCode, isSameCode, isSameSource } from './code-of-case.ts';
import { readCase } from './corpus.ts';

const CASE = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';
const code: readonly CaseCode[] = [
  { source: 'a/src/before.c', build: '123456789012' },
  { source: "my code's/after \u202e.c", build: '1234e5678901' },
];

test('what a case was made with is written, and read back', () => {
  const text = formatCase({ ...readCase(CASE), code });
  expect(text).toMatch(/^case: 3\n/);
  expect(text).toContain("  - { source: a/src/before.c, build: '123456789012' }\n");
  expect(parseCase('c.yaml', text).code).toEqual(code);
  expect(formatCase(parseCase('c.yaml', text))).toBe(text);
});

test('what is no digest, or a third side, is refused at its place', () => {
  const text = formatCase({ ...readCase(CASE), code });
  expect(() => parseCase('c.yaml', text.replace('123456789012', '12345678901x'))).toThrow(
    /^c\.yaml:\d+:\d+: /,
  );
  const third = text.replace('code:\n', "code:\n  - { source: c.c, build: '123456789012' }\n");
  expect(() => parseCase('c.yaml', third)).toThrow(/^c\.yaml:\d+:\d+: /);
});

test('code is the same by its builds, sources by their paths', () => {
  const moved = code.map((one) => ({ ...one, source: `elsewhere/${one.source}` }));
  const edited = code.map((one) => ({ ...one, build: '000000000000' }));
  expect([isSameCode(code, moved), isSameSource(code, moved)]).toEqual([true, false]);
  expect([isSameCode(code, edited), isSameSource(code, edited)]).toEqual([false, true]);
});

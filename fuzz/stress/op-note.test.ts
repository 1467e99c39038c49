import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FAULTS, type Result } from '../../targets/subject/subject.ts';
import { codeOf, MOST_WARNING_CODES, resultOf, tagOf, warningsOf } from './op-note.ts';

const result: fc.Arbitrary<Result> = fc.oneof(
  fc.constant(undefined),
  fc.boolean(),
  fc.integer(),
  fc.constantFrom(...FAULTS),
);

test('a note is read as it was written', () => {
  fc.assert(
    fc.property(result, fc.nat(MOST_WARNING_CODES - 1), (had, warnings) => {
      const note = Int32Array.of(codeOf(had), tagOf(had, warnings));
      expect(resultOf(note[0]!, note[1]!)).toBe(had);
      expect(warningsOf(note[1]!)).toBe(warnings);
    }),
  );
});

test('false, 0 and nothing are three notes', () => {
  const notes = [false, 0, undefined].map((had) => `${codeOf(had)} ${tagOf(had, 0)}`);
  expect(new Set(notes).size).toBe(3);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import { BOUNDARIES } from './boundary.ts';
import { type Divergence, divergenceOf, JUDGEMENTS, KINDS, signatureOf } from './divergence.ts';

const OPS = [...new Set(loadBuiltInTargets().flatMap(({ subject }) => Object.keys(subject.ops)))];

function* divergences(op: string): Generator<Divergence> {
  for (const boundary of BOUNDARIES)
    for (const kind of KINDS) for (const judgement of JUDGEMENTS) yield { op, boundary, kind, judgement };
}

describe('a signature', () => {
  test('is that of one divergence, which it gives back', () => {
    const seen = new Set<string>();
    for (const op of OPS) {
      for (const divergence of divergences(op)) {
        const signature = signatureOf(divergence);
        expect(divergenceOf(signature)).toEqual(divergence);
        seen.add(signature);
      }
    }
    expect(seen.size).toBe(OPS.length * BOUNDARIES.length * KINDS.length * JUDGEMENTS.length);
  });

  // Ops have no hyphens, boundaries and judgements do: a signature is taken apart in one way only.
  test('is taken apart in one way, whatever an op is called', () => {
    const op = fc.stringMatching(/^[a-z0-9_]+$/);
    const divergence = fc.record({
      op,
      boundary: fc.constantFrom(...BOUNDARIES),
      kind: fc.constantFrom(...KINDS),
      judgement: fc.constantFrom(...JUDGEMENTS),
    });
    fc.assert(
      fc.property(divergence, (one) => {
        expect(divergenceOf(signatureOf(one))).toEqual(one);
      }),
    );
  });
});

describe('no divergence has the signature', () => {
  const good = 'inc-minus-one-value-false-alarm';

  test.each([
    ['', 'nothing'],
    ['inc', 'an op alone'],
    ['minus-one-value-false-alarm', 'no op: minus is one, but one is no boundary'],
    ['-minus-one-value-false-alarm', 'an op without a name'],
    ['inc-minus-two-value-false-alarm', 'an unknown boundary'],
    ['inc-minus-one-worth-false-alarm', 'an unknown kind'],
    ['inc-minus-one-value-alarm', 'an unknown judgement'],
    ['inc-minus-one-value', 'no judgement'],
    ['inc-value-minus-one-false-alarm', 'another order'],
    ['Inc-minus-one-value-false-alarm', 'a capital'],
    ['get-it-minus-one-value-false-alarm', 'an op with a hyphen'],
    ['../inc-minus-one-value-false-alarm', 'a path'],
    [`${good}.yaml`, 'a file name'],
    [` ${good}`, 'a space before'],
    [`${good}\n`, 'an end of line'],
    [`${good}-${good}`, 'two signatures'],
  ])('%j (%s)', (text) => {
    expect(divergenceOf(text)).toBeUndefined();
  });

  test('whatever the text: a text that has a divergence is its signature', () => {
    const near = fc.array(fc.constantFrom(...BOUNDARIES, ...KINDS, ...JUDGEMENTS, 'inc', '', '-'), {
      maxLength: 6,
    });
    const texts = fc.oneof(
      fc.string(),
      near.map((words) => words.join('-')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const divergence = divergenceOf(text);
        if (divergence) expect(signatureOf(divergence)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

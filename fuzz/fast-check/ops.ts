import type { Arbitrary } from 'fast-check';
import { generateOp } from '../generate/generate.ts';
import { simplerLetters } from '../minimize/minimize.ts';
import type { Harness } from '../run/harness.ts';
import { shrinkingArbitrary } from './shrinking-arbitrary.ts';

/**
 * Ops of a harness as text, with their arguments: `inc`, `add(2)`, `cmpxchg(1, 0)`. `harness.alphabet.parse` reads them.
 *
 * Ops are drawn evenly; arguments are those of the target, and now and then others near an edge. An op shrinks to one
 * without arguments, to one that the target names earlier, and to simpler arguments.
 */
export function ops(harness: Harness): Arbitrary<string> {
  const { alphabet, target } = harness;
  return letters(harness).map(
    (letter) => alphabet.format(letter),
    (text) => alphabet.parse(String(text), target.subject.saturated),
  );
}

/** The same as numbers, which programs are made of: `harness.alphabet.letter` says what they stand for. */
export function letters(harness: Harness): Arbitrary<number> {
  return shrinkingArbitrary<number, true>({
    generate: (choices) => generateOp(harness, choices),
    is: (value): value is number =>
      Number.isInteger(value) && (value as number) >= 0 && (value as number) < harness.alphabet.size,
    *smaller(letter) {
      for (const simpler of simplerLetters(harness, letter)) yield [simpler, true];
    },
  });
}

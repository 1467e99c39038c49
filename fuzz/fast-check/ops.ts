import type { Arbitrary } from 'fast-check';
import { generateOp } from '../generate/generate.ts';
import { simplerCalls } from '../minimize/minimize.ts';
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
  return calls(harness).map(
    (call) => alphabet.format(call),
    (text) => alphabet.parse(String(text), target.subject.saturated),
  );
}

/** The same as numbers, which programs are made of: `harness.alphabet.call` says what they stand for. */
export function calls(harness: Harness): Arbitrary<number> {
  return shrinkingArbitrary<number, true>({
    generate: (choices) => generateOp(harness, choices),
    is: (value): value is number =>
      Number.isInteger(value) && (value as number) >= 0 && (value as number) < harness.alphabet.size,
    *smaller(call) {
      for (const simpler of simplerCalls(harness, call)) yield [simpler, true];
    },
  });
}

import type { Target } from '../../targets/target/target.ts';

/**
 * The last line of an answer: what it does not say. What the sources' headers leave out comes at its end, once, though both
 * sides leave it out.
 *
 *     limits: sequentially consistent; this program only; an atomic_long_t has 32 bits (REFUZZ_LONG_64 gives it 64)
 *
 * @param limits of every answer of this kind
 */
export function limitsLine({ reference, subject }: Target, limits: string): string {
  const sides = reference === 'ideal' ? [subject] : [reference, subject];
  const leftOut = new Set(sides.flatMap(({ leavesOut = [] }) => leavesOut));
  return [`limits: ${limits}`, ...leftOut].join('; ');
}

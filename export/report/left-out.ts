import type { Target } from '../../targets/target/target.ts';

/**
 * Behind the limits of an answer: what of the kernel's behaviour the C of either side stands without. No line where it
 * leaves out nothing.
 */
export function leftOutLines({ reference, subject }: Target): string[] {
  const sides = reference === 'ideal' ? [subject] : [reference, subject];
  const all = [...new Set(sides.flatMap(({ leavesOut = [] }) => leavesOut))];
  return all.length > 0 ? [`left out: ${all.join('; ')}`] : [];
}

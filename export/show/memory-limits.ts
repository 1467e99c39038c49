import type { Target } from '../../targets/target/target.ts';

/**
 * How accesses were explored, as the limits of an answer say it. Of one word every memory model gives the values that
 * interleavings give; of several, reads take older writes as well. What is left out is said in docs/memory.md.
 */
export function memoryLimits({
  memory,
  subject,
}: {
  readonly memory?: Target['memory'];
  readonly subject: Pick<Target['subject'], 'kind'>;
}): string {
  if (memory === undefined) return 'sequentially consistent';
  if (subject.kind === 'counter')
    return "interleavings, and the kernel's memory orders of one word and its object; load buffering left out";
  return "the kernel's memory model; load buffering left out, and the writes of a thread take effect in its order";
}

import type { Target } from '../../targets/target/target.ts';

/**
 * How accesses were explored, as the limits of an answer say it. Of one word every memory model gives the values that
 * interleavings give; of several, a read may be weaker than any interleaving has it.
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
  return "interleavings, and the kernel's memory orders between uses and frees; no weak reads of other words";
}

import type { Death } from '../../targets/booted/booted-kernel.ts';
import type { KernelSession } from './kernel-session.ts';
import { type Batch, runBatch } from './sequential.ts';

/** What of a batch brings a guest down. */
export interface Culprit {
  /** Numbers of programs of the batch, from one up to but without another; one program where it could be narrowed down. */
  readonly from: number;
  readonly to: number;
  readonly death: Death;
  /** Whether it does so again, by itself, in a guest that has run nothing else. */
  readonly isReproduced: boolean;
}

/**
 * Narrows a batch during which a guest died down to one program, each attempt in a freshly booted guest: of 62,000
 * programs at most 33 attempts, some seconds each.
 *
 * @param calls the words of the calls, see `bootedCalls`
 * @param isStopped asked before each halving; what is known by then is returned
 */
export async function bisect(
  kernels: KernelSession,
  calls: Int32Array,
  batch: Batch,
  death: Death,
  isStopped: () => boolean = () => false,
): Promise<Culprit> {
  const dies = async (from: number, to: number): Promise<Death | undefined> => {
    await kernels.end();
    const end = await runBatch(await kernels.kernel(), calls, part(batch, from, to));
    if (end.kind === 'done') return undefined;
    await kernels.end();
    return end.death;
  };
  return narrow(batch.starts.length, death, dies, isStopped);
}

/**
 * The guest said which program it had got to, so that one is tried first; when it is innocent (memory may have been spoilt
 * before), halves are tried. Of 8 programs, 5 being deadly and 7 the suspect:
 *
 *     7-8 lives   0-4 lives   4-8 dies   4-6 dies   4-5 lives   5-6 dies
 *
 * Unlike delta debugging it stops where both halves are harmless: more attempts would be as many boots.
 *
 * @param dies how a fresh guest dies of programs from one up to but without another; undefined if it does not
 * @returns the smallest part that was seen to be deadly; all of it, and not reproduced, if none was
 */
export async function narrow(
  count: number,
  death: Death,
  dies: (from: number, to: number) => Promise<Death | undefined>,
  isStopped: () => boolean = () => false,
): Promise<Culprit> {
  // A guest that writes wildly may have written its progress too.
  const suspect = Math.min(death.progress, count - 1);
  const again = await dies(suspect, suspect + 1);
  if (again) return { from: suspect, to: suspect + 1, death: again, isReproduced: true };
  let whole: Culprit = { from: 0, to: count, death, isReproduced: false };
  while (whole.to - whole.from > 1 && !isStopped()) {
    const middle = (whole.from + whole.to) >>> 1;
    const first = await dies(whole.from, middle);
    const second = first ? undefined : await dies(middle, whole.to);
    // It takes programs of both halves, or luck.
    if (!first && !second) break;
    whole = {
      from: first ? whole.from : middle,
      to: first ? middle : whole.to,
      death: (first ?? second)!,
      isReproduced: true,
    };
  }
  return whole;
}

/** Programs of a batch, as a batch. */
export function part({ starts, lengths, ops }: Batch, from: number, to: number): Batch {
  const sum = (upTo: number) => lengths.subarray(0, upTo).reduce((all, length) => all + length, 0);
  const [first, last] = [sum(from), sum(to)];
  return { starts: starts.slice(from, to), lengths: lengths.slice(from, to), ops: ops.slice(first, last) };
}

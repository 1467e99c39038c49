import type { Target } from '../../targets/target/target.ts';
import { programOf } from '../case/program-text.ts';
import { ProgramError } from '../program/alphabet.ts';
import { MAX_OPS, MAX_THREADS, type ProgramText } from '../program/program.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import type { StoredRawFinding } from './campaign-jobs.ts';
import { codeMetOn, type RawFindings } from './raw-findings.ts';

/** Why a raw finding of other code is put aside. */
export const SHOWS_NO_MORE = 'of other code, and not met again on this one';

/**
 * What earlier sessions met on a target and did not make cases of. Since then its source may have changed, or refuzz:
 * a schedule names accesses by their numbers, which are others now. Then only the program is kept, and looked into anew
 * before anything is made of it. One whose program the target cannot run, or whose file is damaged, gets another name.
 *
 *     met on this code      as it is
 *     met on other code     its program, without a schedule, as `stale`
 *     no such op any more   X.json.stale
 *     damaged               X.json.damaged
 *
 * @param tell called with a line for each that cannot be used
 */
export function leftoversOf(
  target: Target,
  rawFindings: RawFindings,
  tell: (line: string) => void,
): StoredRawFinding[] {
  for (const line of rawFindings.setDamagedAside(target.name)) tell(line);
  const code = codeMetOn(target);
  let harness: Harness | undefined;
  return rawFindings.of(target.name).flatMap((one): StoredRawFinding[] => {
    if (one.code === code) return [{ ...one, leftover: 'fits' }];
    harness ??= harnessOf(target);
    const why = misfit(harness, one.program);
    if (why === undefined) return [{ ...one, schedule: undefined, leftover: 'stale' }];
    tell(rawFindings.setStaleAside(target.name, one.divergence, `fits its target no more (${why})`));
    return [];
  });
}

/** @returns why the target cannot run a program, if it cannot */
function misfit(harness: Harness, program: ProgramText): string | undefined {
  const { start, threads } = program;
  if (typeof start === 'number' && (start | 0) !== start) return `no 32-bit value: ${start}`;
  if (threads.length > MAX_THREADS || threads.some((ops) => ops.length > MAX_OPS))
    return `more than ${MAX_THREADS} threads or ${MAX_OPS} ops`;
  try {
    programOf(harness, program);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return error.message;
  }
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { stringify } from 'yaml';
import type { Death } from '../../targets/booted/booted-kernel.ts';
import { makeFolder } from '../../targets/subject/folders.ts';

/** Something that brought a guest down: kept whatever becomes of the session. */
export interface Crash {
  readonly target: string;
  /** As uname says it. */
  readonly kernel: string;
  readonly death: Death;
  /** As `--program` has them; more than one where it could not be narrowed down. */
  readonly programs: readonly string[];
  /** Whether the programs did it again, in a guest that had run nothing else. */
  readonly isReproduced: boolean;
  readonly seed: number;
}

/** So many programs are written out; the file says how many more there were. */
const MOST_PROGRAMS = 1000;

/**
 * Writes a crash into a folder, which is made if need be, as `panic-3f2a91c4e0d7.yaml`. The same programs and the same
 * end have the same file, whatever the log says, so that a crash which comes again and again is kept once.
 *
 * @returns its path
 */
export function storeCrash(folder: string, crash: Crash): string {
  const { target, kernel, death, programs, isReproduced, seed } = crash;
  const name = createHash('sha256')
    .update(JSON.stringify([target, death.how, programs]))
    .digest('hex')
    .slice(0, 12);
  const path = join(folder, `${death.how}-${name}.yaml`);
  const text = stringify({
    crash: 1,
    target,
    kernel,
    how: death.how,
    reproduced: isReproduced,
    seed,
    programs: programs.slice(0, MOST_PROGRAMS),
    ...(programs.length > MOST_PROGRAMS ? { more: programs.length - MOST_PROGRAMS } : {}),
    log: `${death.log.join('\n')}\n`,
  });
  makeFolder(folder);
  writeFileAtomic.sync(path, text);
  return path;
}

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../targets/input-error.ts';

/**
 * Takes a folder for this process: two engines in one would remove each other's files. What a process left that was
 * killed is no hindrance.
 *
 * @returns gives it back
 * @throws InputError while another engine has it
 */
export function lockState(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'in-use');
  const owner = ownerIn(file);
  if (owner !== undefined && isAlive(owner)) {
    throw new InputError(
      folder,
      `is in use by process ${owner}; name another folder with --state, or remove ${file} if that is not so`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

function ownerIn(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Signal 0 asks only whether there is such a process; to be forbidden to send it is an answer too. */
function isAlive(owner: number): boolean {
  try {
    return process.kill(owner, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

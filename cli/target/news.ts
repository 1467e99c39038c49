import type { StorageError } from '../../fuzz/storage/storage-error.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { Io } from '../io/io.ts';

/**
 * One line for a signature that the corpus lacks, with the command that shows it.
 *
 *     new  refcount-v5.5: inc at int-max, value, protects   refuzz show corpus/…
 *
 * @param path its case; absent where there is none yet
 * @param flags what the command needs besides the case, see ChosenTarget
 */
export function newsLine(
  target: string,
  divergence: Divergence,
  path: string | undefined,
  flags: string,
): string {
  const command = path === undefined ? '' : `   refuzz show ${shellWord(path)}${flags}`;
  return `new  ${target}: ${inWords(divergence)}${command}\n`;
}

/**
 * The same for one that was only just met: what it comes to is told when it is small.
 *
 *     seen  refcount-v5.5: inc at int-max, value, protects
 */
export function seenLine(target: string, divergence: Divergence): string {
  return `seen  ${target}: ${inWords(divergence)}\n`;
}

function inWords({ op, boundary, kind, judgement }: Divergence): string {
  return `${op} at ${boundary}, ${kind}, ${judgement}`;
}

/** What could not be stored is shown, so that it is not lost. */
export function reportUnsaved(errors: readonly StorageError[], io: Io): void {
  io.err(`refuzz: ${errors[0]!.message}\n`);
  io.err('What could not be stored:\n');
  for (const { path, text } of errors) io.err(`\n# ${path}\n${text}`);
}

/** A guest that does not come up: nothing of the input is at fault, and nothing was decided. */
export function reportBootError(
  { message, log }: { readonly message: string; readonly log: readonly string[] },
  io: Io,
): void {
  io.err(`refuzz: the kernel did not boot: ${message}\n`);
  if (log.length > 0) io.err(`its console:\n${log.map((line) => `  ${line}`).join('\n')}\n`);
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { openTarget, type TargetData } from '../../targets/target/target-data.ts';
import { knownSignaturesAt } from './fuzz-function.ts';
import { VARIABLE } from './protocol.ts';

/** `dist/cjs`: this file runs from there, and nowhere else. */
const BUILD = join(__dirname, '..', '..');
/** The corpus of the package, beside `dist`. */
const CASES = join(BUILD, '..', '..', 'corpus');

/**
 * The target that the environment names: what looks like a path is one, all else a built-in name.
 *
 * @param others subjects that it may name besides the built-in ones
 * @throws InputError when it names none
 */
export function environmentTarget(others: readonly Subject[] = []): Target {
  const name = process.env[VARIABLE.TARGET];
  if (!name) throw new InputError(VARIABLE.TARGET, 'is not set; name a target: REFUZZ_TARGET=refcount-v5.5');
  if (/[\\/]|\.json$/.test(name)) return openTarget(JSON.parse(textOf(name)) as TargetData, others);
  const builtIn = JSON.parse(textOf(join(BUILD, 'targets.json'))) as TargetData[];
  const found = builtIn.find((data) => data.name === name);
  if (found) return openTarget(found);
  const nearest = closest(
    name,
    builtIn.map((data) => data.name),
  );
  throw new InputError(VARIABLE.TARGET, `unknown target "${name}"; did you mean "${nearest}"?`);
}

function textOf(file: string): string {
  try {
    return readText(file, FILE.state);
  } catch (error) {
    throw new InputError(VARIABLE.TARGET, error instanceof Error ? error.message : String(error));
  }
}

/** Signatures of the cases that came with the package: they are no news, as for every other engine. */
export function shippedSignatures({ name, known: like }: Target): string[] {
  const folders = readdirSync(CASES).filter((folder) => folder === name || folder === like);
  return folders.flatMap((folder) => knownSignaturesAt(join(CASES, folder)));
}

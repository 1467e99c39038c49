import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signatureOf } from '../../oracles/divergence.ts';
import { onDemand } from '../../targets/subject/on-demand.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { readIfThere } from '../../targets/subject/read-file.ts';
import type { Case } from './case.ts';

/*
 * The cases that come with refuzz are hundreds of files, and most who read them ask for no more than their signatures. The
 * build reads them once and keeps these by a digest of the text, so that a campaign loads no reader of YAML. It is the
 * text that counts and not the path: a file that was edited since is read anew, and a copy of one is known.
 */

/** What is asked of a known case. */
export interface ReadEarlier {
  readonly target: string;
  readonly signature: string;
}

/** @returns what the build read in this text; undefined for a text that it has not seen */
export function caseReadEarlier(text: string): ReadEarlier | undefined {
  return readByBuild()[digestOf(text)];
}

/** For the build: the file into which `caseReadEarlier` looks. @param stored the cases, and the text of each */
export function casesForLater(stored: readonly { readonly case: Case; readonly text: string }[]): {
  readonly path: string;
  readonly text: string;
} {
  const read = stored.map(({ case: { target, expect }, text }): [string, ReadEarlier] => [
    digestOf(text),
    { target, signature: signatureOf(expect.divergence) },
  ]);
  return { path: storedAt(), text: `${JSON.stringify(Object.fromEntries(read))}\n` };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Empty for code that was not built, which may be newer than what was. */
const readByBuild = onDemand((): Readonly<Partial<Record<string, ReadEarlier>>> => {
  const isBuilt = fileURLToPath(import.meta.url).startsWith(join(packageRoot(), 'dist'));
  const text = isBuilt ? readIfThere(storedAt()) : undefined;
  return text === undefined ? {} : JSON.parse(text);
});

function storedAt(): string {
  return join(packageRoot(), 'dist', 'cases-read-earlier.json');
}

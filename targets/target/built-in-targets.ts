import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { InputError } from '../subject/input-error.ts';
import { onDemand } from '../subject/on-demand.ts';
import { packageRoot } from '../subject/package-root.ts';
import { FILE, readIfThere, readText } from '../subject/read-file.ts';
import type { Target } from './target.ts';
import { dataOf, openTarget, type TargetData } from './target-data.ts';
import { readTargetFile, type TargetFile } from './target-file.ts';

/*
 * The targets that come with refuzz. The build reads their files once and keeps each beside its text, so that a command
 * that needs a built-in target loads no reader of YAML. A file that was edited since is read anew.
 */

/** A target file, and what the build read in it. */
interface ReadEarlier extends Omit<TargetFile, 'path' | 'open'> {
  readonly text: string;
  /** Absent where C has to be compiled first. */
  readonly data?: TargetData;
}

/** The targets that need nothing else, in the order of their file names. */
export function loadBuiltInTargets(): Target[] {
  return builtInTargetFiles()
    .filter((file) => !file.needsCompiler)
    .map((file) => file.open());
}

/** Their files, read, in the order of their names. */
export function builtInTargetFiles(): TargetFile[] {
  return builtInFiles().map(readBuiltInFile);
}

/** Paths of their files, in the order of their names. */
export function builtInFiles(): string[] {
  const folder = join(packageRoot(), 'targets');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => join(folder, file));
}

/** The name of a built-in target, by its file. */
export function nameOf(file: string): string {
  return basename(file, '.yaml');
}

/** The file of a built-in target. @throws InputError with the nearest name */
export function builtInFile(name: string): string {
  const files = builtInFiles();
  const found = files.find((file) => nameOf(file) === name);
  if (found) return found;
  const nearest = closest(name, files.map(nameOf));
  throw new InputError(
    'command line',
    `unknown target "${name}"; did you mean "${nearest}"? (refuzz targets lists them)`,
  );
}

/** One of their files, read. @throws InputError as `readTargetFile` does, if somebody has edited it */
export function readBuiltInFile(path: string): TargetFile {
  const earlier = readByBuild()[basename(path)];
  if (!earlier || earlier.text !== readIfThere(path)) return readTargetFile(path);
  const { text: _, data, ...rest } = earlier;
  const open: TargetFile['open'] = (compiled) =>
    data ? openTarget(data) : readTargetFile(path).open(compiled);
  return { ...rest, path, open };
}

/** For the build: what `readBuiltInFile` is to find, in the file that it looks into; and the targets that are whole. */
export function readForLater(): {
  readonly path: string;
  readonly text: string;
  readonly whole: readonly TargetData[];
} {
  const read = builtInFiles().map((path): [string, ReadEarlier] => {
    const { path: _, open, ...rest } = readTargetFile(path);
    const text = readText(path, FILE.target);
    return [basename(path), { ...rest, text, ...(!rest.needsCompiler && { data: dataOf(open()) }) }];
  });
  return {
    path: storedAt(),
    text: `${JSON.stringify(Object.fromEntries(read))}\n`,
    whole: read.flatMap(([, { data }]) => data ?? []),
  };
}

/** Empty for code that was not built, which may be newer than what was. */
const readByBuild = onDemand((): Readonly<Partial<Record<string, ReadEarlier>>> => {
  const isBuilt = fileURLToPath(import.meta.url).startsWith(join(packageRoot(), 'dist'));
  const text = isBuilt ? readIfThere(storedAt()) : undefined;
  return text === undefined ? {} : JSON.parse(text);
});

function storedAt(): string {
  return join(packageRoot(), 'dist', 'built-in-targets.json');
}

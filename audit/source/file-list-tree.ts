import { isAbsolute, normalize, relative, resolve } from 'node:path';
import { InputError } from '../../targets/subject/input-error.ts';
import { readBytes } from '../../targets/subject/read-file.ts';
import type { Skipped } from '../census/counter.ts';
import { AUDITED, digestOf, NO_TEXT, textOf } from './source-bytes.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

/**
 * A few files, each named by the user. None is skipped: what was named and cannot be read is an error. Names end as they
 * like, as whoever names a file knows what it is.
 */
export class FileListTree implements SourceTree {
  readonly name: string;
  readonly key: string;
  readonly isPart = true;
  readonly skipped: readonly Skipped[] = [];
  readonly #files: ReadonlyMap<string, string>;

  /** @param names relative to the working directory, or absolute */
  constructor(names: readonly string[]) {
    this.#files = new Map(names.map((name) => [pathOf(name), name] as const).sort(byPath));
    this.name = names.length === 1 ? names[0]! : `${this.#files.size} files`;
    this.key = `files ${[...this.#files.values()].map((name) => resolve(name)).join('\0')}`;
  }

  get expected(): number {
    return this.#files.size;
  }

  async *files(): AsyncIterable<SourceFile> {
    for (const [path, name] of this.#files) {
      const bytes = readBytes(name, AUDITED);
      const text = textOf(bytes);
      if (text === undefined) throw new InputError(name, `${NO_TEXT}; name a file of C`);
      yield { path, digest: digestOf(bytes), text };
    }
  }

  async texts(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const name = this.#files.get(path);
      const text = name === undefined ? undefined : textOf(readBytes(name, AUDITED));
      if (text !== undefined) texts.set(path, text);
    }
    return texts;
  }
}

/** As the user would name it from where he is: `./net/a.c` and `net//a.c` are `net/a.c`. */
export function pathOf(name: string): string {
  const below = relative('.', resolve(name));
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return (isBelow ? below : normalize(name)).replaceAll('\\', '/');
}

/** The order of the command line is the shell's; that of the report should not depend on it. */
function byPath([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

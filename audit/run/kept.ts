import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, makeFolder, statsOf } from '../../targets/subject/folders.ts';
import { writeFileAtomic } from '../../targets/subject/on-demand.ts';
import { readIfThere } from '../../targets/subject/read-file.ts';

/**
 * Values that are kept for the next run, one file each, in a folder of their own. They may be deleted at any time: what is
 * damaged or of another version counts as missing. The file of `{"files":[]}` is
 *
 *     refuzz-listing 1 9f86…(the digest of what follows)
 *     {"files":[]}
 */
export interface Kind {
  /** The folder. */
  readonly room: string;
  /** The first words of a file. Raised with every change of what is in it. */
  readonly version: string;
  /** Bytes of a file, see `readIfThere`. */
  readonly limit: { readonly name: string; readonly most: number };
  /** How many files there may be; the oldest go first. */
  readonly most: number;
}

/** @returns undefined where there is none, or it is damaged */
export function readKept(folder: string, { room, version, limit }: Kind, key: string): unknown {
  try {
    const text = readIfThere(pathOf(folder, room, key), limit);
    const end = text?.indexOf('\n') ?? -1;
    const body = text?.slice(end + 1);
    if (body === undefined || text!.slice(0, end) !== `${version} ${digest(body)}`) return undefined;
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Writes it whole or not at all. @throws what the file system says */
export function keep(folder: string, { room, version, most }: Kind, key: string, value: unknown): void {
  const own = join(folder, room);
  makeFolder(own);
  const body = JSON.stringify(value);
  writeFileAtomic().sync(pathOf(folder, room, key), `${version} ${digest(body)}\n${body}`, { fsync: false });
  const all = entriesOf(own).map(({ name }) => join(own, name));
  const byAge = all.map((path) => ({ path, at: statsOf(path)?.mtimeMs ?? 0 })).sort((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(most)) rmSync(path, { force: true });
}

/** By a digest: a key has slashes, and may be longer than a name can be. */
function pathOf(folder: string, room: string, key: string): string {
  return join(folder, room, digest(key).slice(0, 32));
}

/** SHA-256, in hexadecimal. */
export function digest(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

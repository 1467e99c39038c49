import type { ReadEntry } from 'tar';
import { FILE } from '../../subject/read-file.ts';
import { eachEntry, isFile, nameOf } from './archive-entries.ts';

/**
 * Reads some text files of an archive of a source tree, and stops as soon as it can. Of several trees in one archive, the
 * one that has the most of `wanted` counts.
 *
 * @param wanted paths below the tree's top folder
 * @param isEnough asked at each entry with what was found, and the folder of the entry
 * @returns those of `wanted` that are there
 * @throws InputError when it is no archive, or damaged, or its unpacker is not installed
 */
export async function readArchive(
  path: string,
  wanted: readonly string[],
  isEnough: (found: ReadonlyMap<string, string>, folder: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  // By top folder: `tools/include/linux/refcount.h` looks like a kernel file of a tree called `tools`.
  const tops = new Map<string, Map<string, string>>();
  const isWanted = (entry: ReadEntry) =>
    isFile(entry) && splits(nameOf(entry)).some(([, below]) => wanted.includes(below));
  await eachEntry(path, (entry) => {
    if (entry.size > FILE.source.most && isWanted(entry))
      return { refuse: `${entry.path} in it is larger than 1 MB` };
    const name = nameOf(entry);
    for (const [top, below] of splits(name)) {
      const found = tops.get(top);
      if (found && isEnough(found, folderOf(below))) return 'stop';
      if (wanted.includes(below) && isFile(entry)) collect(entry, below, mapOf(tops, top));
    }
    return 'go on';
  });
  const best = [...tops.values()].sort((one, other) => other.size - one.size)[0];
  return best ?? new Map();
}

/**
 * `a/b/c` is `b/c` of a tree in the folder `a`, or `a/b/c` of a tree packed without its folder. Both readings are tried
 * for each entry, as the first entry does not say which is right.
 */
function splits(name: string): [top: string, below: string][] {
  const slash = name.indexOf('/');
  return [
    ['', name],
    [name.slice(0, slash + 1), name.slice(slash + 1)],
  ];
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** The files found so far below a top folder, an empty map for one that is new. */
function mapOf(tops: Map<string, Map<string, string>>, top: string): Map<string, string> {
  const found = tops.get(top) ?? new Map<string, string>();
  tops.set(top, found);
  return found;
}

/**
 * The text is there only when the entry has ended; the parser begins the next entry after that, so `isEnough` sees it.
 */
function collect(entry: ReadEntry, name: string, into: Map<string, string>): void {
  const chunks: Buffer[] = [];
  entry.on('data', (chunk) => chunks.push(Buffer.from(chunk)));
  entry.on('end', () => into.set(name, Buffer.concat(chunks).toString()));
}

import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeFolder } from '../../subject/folders.ts';
import { writeFileAtomic } from '../../subject/on-demand.ts';
import { FILE, readBytes } from '../../subject/read-file.ts';

/**
 * What took seconds to make and depends on nothing but its key: compiled modules, the few files of a kernel archive.
 *
 * It may be deleted at any time. A cache that cannot be read or written costs time and is no error; an entry that is
 * damaged counts as missing.
 */

/** `$REFUZZ_CACHE`, else `$XDG_CACHE_HOME/refuzz`, else `~/.cache/refuzz`: never inside a repository. */
export function cacheFolder(): string {
  const { REFUZZ_CACHE: own, XDG_CACHE_HOME: shared } = process.env;
  if (own) return own;
  // The XDG specification says that a relative path is to be ignored.
  return join(shared && isAbsolute(shared) ? shared : join(homedir(), '.cache'), 'refuzz');
}

/**
 * The name of an entry: a digest of everything the entry depends on. Objects must list their keys in the same order
 * each time, as JSON keeps it; maps have to be made lists first.
 */
export function cacheKey(dependencies: unknown): string {
  return sha256(JSON.stringify(dependencies));
}

/** @returns undefined when there is no such entry, or it is damaged, or cannot be read */
export function readCached(key: string): Uint8Array | undefined {
  try {
    const stored = Buffer.from(readBytes(join(cacheFolder(), key), FILE.binary));
    const bytes = stored.subarray(header(new Uint8Array()).length);
    return stored.equals(Buffer.concat([header(bytes), bytes])) ? new Uint8Array(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Two processes may write the same entry at once: each renames a whole file into place, and both are equal. No `fsync`:
 * an entry that a power cut leaves half written fails its digest, and is made anew.
 */
export function writeCached(key: string, bytes: Uint8Array): void {
  try {
    makeFolder(cacheFolder());
    writeFileAtomic().sync(join(cacheFolder(), key), Buffer.concat([header(bytes), bytes]), { fsync: false });
  } catch {
    // The next run makes it anew.
  }
}

/** The digest of the content makes a file that was cut short, or edited, show. Its length is always the same. */
function header(bytes: Uint8Array): Buffer {
  return Buffer.from(`refuzz-cache 1 ${sha256(bytes)}\n`);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

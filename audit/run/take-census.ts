import { join } from 'node:path';
import { cacheFolder } from '../../targets/c/build/module-cache.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';
import type { Census } from '../census/counter.ts';
import { codeDigest } from '../resolve/code-digest.ts';
import { resolve } from '../resolve/resolve.ts';
import type { SourceTree } from '../source/source-tree.ts';
import { GRAMMAR } from '../syntax/parser.ts';
import type { CensusOptions } from './census-options.ts';
import { FactsStore } from './facts-store.ts';
import { digest } from './kept.ts';
import { keepCensus, type Resolved, readCensus } from './kept-census.ts';
import { readListing } from './listing.ts';
import { TreeScan } from './tree-scan.ts';

/**
 * Everything that is done to the counters of a tree.
 *
 * The census of a tree is the same each time, whatever threads there are and whatever was remembered: facts are sorted by
 * path before anything is made of them.
 *
 * @throws InputError for a tree that cannot be read, or that holds no C; the reason of `signal` when it is called off
 */
export async function takeCensus(tree: SourceTree, options: CensusOptions): Promise<Census> {
  const { isCached = true, onNote = () => {} } = options;
  const folder = isCached ? (options.cacheFolder ?? join(cacheFolder(), 'audit')) : undefined;
  const isTold = { once: false };
  const store = new FactsStore(folder, (why) => {
    isTold.once = true;
    onNote(`facts are not kept for the next run: ${why}`);
  });
  const known = folder === undefined ? undefined : readListing(folder, tree.key);
  const scan = new TreeScan({ tree, store, known, version: factsVersion(), options });
  try {
    await scan.run();
    store.flush();
    // Where one thing cannot be kept, nothing can: one note says so.
    const keeping = isTold.once ? undefined : folder;
    const made = await madeOf(scan, keeping, onNote);
    if (keeping !== undefined) scan.remember(keeping, onNote);
    return { ...made, ...scan.files, ...(tree.isPart && { isPart: true as const }) };
  } finally {
    // Also when it was called off: an hour of somebody's time should not be lost to a key.
    store.flush();
  }
}

/** What the facts come to; kept, as most of the second audit of a tree would be to make it again. */
async function madeOf(
  scan: TreeScan,
  folder: string | undefined,
  onNote: (note: string) => void,
): Promise<Resolved> {
  // Names of facts have the digest of the code in them, so this one has it too.
  const facts = scan.key;
  if (folder === undefined || facts === undefined) return resolve(await scan.facts());
  const kept = readCensus(folder, facts);
  if (kept) return kept;
  const made = resolve(await scan.facts());
  try {
    // A file that went while the tree was read is in the key, and not in the census.
    if (scan.key === facts) keepCensus(folder, facts, made);
  } catch (error) {
    onNote(`the census is not kept for the next run: ${(error as Error).message}`);
  }
  return made;
}

/** Facts are what they are by the code that scans and by the grammar. */
function factsVersion(): string {
  const grammar = readBytes(join(packageRoot(), GRAMMAR), FILE.binary);
  return `${codeDigest()} ${digest(grammar)}`;
}

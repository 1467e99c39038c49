import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../targets/c/build/module-cache.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';
import type { Census } from '../census/counter.ts';
import { resolve } from '../resolve/resolve.ts';
import { FACTS_VERSION } from '../scan/facts.ts';
import type { SourceTree } from '../source/source-tree.ts';
import { GRAMMAR } from '../syntax/parser.ts';
import type { CensusOptions } from './census-options.ts';
import { FactsStore } from './facts-store.ts';
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
    const { scanned, skipped, files } = await scan.result();
    store.flush();
    if (folder !== undefined && !isTold.once) scan.remember(folder, onNote);
    return { ...resolve(scanned), skipped, files };
  } finally {
    // Also when it was called off: an hour of somebody's time should not be lost to a key.
    store.flush();
  }
}

/** Facts are what they are by the scan and by the grammar. */
function factsVersion(): string {
  const grammar = readBytes(join(packageRoot(), GRAMMAR), FILE.binary);
  return `${FACTS_VERSION} ${createHash('sha256').update(grammar).digest('hex')}`;
}

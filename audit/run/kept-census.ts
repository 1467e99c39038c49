import type { Census } from '../census/counter.ts';
import { type Kind, keep, readKept } from './kept.ts';

/** What was made of a tree's facts. */
export type Resolved = Pick<Census, 'counters' | 'loss'>;

/** A kernel's has 20 MB. What is asked twice in a row is one tree, or two in turn. */
const KIND: Kind = {
  room: 'censuses',
  version: 'refuzz-census 1',
  limit: { name: 'census', most: 512 << 20 },
  most: 8,
};

/**
 * A census that was made of the same facts by the same code: to read it takes a tenth of the time that it takes to make it.
 *
 * @param key names the facts, and the code that makes something of them
 */
export function readCensus(folder: string, key: string): Resolved | undefined {
  return readKept(folder, KIND, key) as Resolved | undefined;
}

/** @throws what the file system says */
export function keepCensus(folder: string, key: string, { counters, loss }: Resolved): void {
  keep(folder, KIND, key, { counters, loss });
}

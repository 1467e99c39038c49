import type { Host } from '../../fuzz/workers/host.ts';
import type { ScanPoolOptions } from './scan-pool.ts';

/** How far a census is. */
export interface CensusProgress {
  /** Files whose facts are there. */
  readonly done: number;
  /** How many there will be, about; undefined as long as nobody knows. */
  readonly total: number | undefined;
  /** At the rate so far; undefined at the beginning. */
  readonly secondsLeft: number | undefined;
}

/** How a census is taken. */
export interface CensusOptions {
  /** Threads, 1 or more. */
  readonly jobs: number;
  /** The clock. */
  readonly host: Pick<Host, 'now' | 'date'>;
  /** Facts of earlier runs are used, and those of this one kept. */
  readonly isCached?: boolean;
  /** Where they are kept, if not where all caches are. */
  readonly cacheFolder?: string;
  readonly onProgress?: (progress: CensusProgress) => void;
  /** Told of what went wrong and changes nothing about the census: a cache that cannot be written. */
  readonly onNote?: (note: string) => void;
  /** Ends it. What was found until then is kept for the next run. */
  readonly signal?: AbortSignal;
  /** For tests. */
  readonly pool?: ScanPoolOptions;
}

import type { Divergence } from '../../oracles/divergence.ts';
import type { TargetData } from '../../targets/target/target-data.ts';
import type { Limits } from '../generate/generate.ts';
import type { Effort, Novel, PoolView } from '../generate/pool.ts';
import type { Finding } from '../minimize/finding.ts';
import type { ProgramText } from '../program/program.ts';
import type { PackedProgram } from '../run/packed-program.ts';
import type { SearchCounts } from '../search/search.ts';
import type { JobPool } from '../workers/job-pool.ts';

/** What passes between a campaign and its workers: plain data, so that it means the same on both sides. */

/** What a worker starts with. */
export interface CampaignSetup {
  readonly targets: readonly TargetData[];
  readonly seed: number;
  readonly limits: Partial<Limits>;
  /** Whether programs that did something new are mutated. */
  readonly feedback: boolean;
  /** One cell: see `STOP`. */
  readonly stop: SharedArrayBuffer;
}

/** Iterations `from` to `to - 1` of a target. */
export interface SearchJob {
  readonly kind: 'search';
  /** Index into the setup's targets. */
  readonly target: number;
  readonly from: number;
  readonly to: number;
  readonly view: PoolView;
  /** Signatures that are no news. */
  readonly known: readonly string[];
  /** Programs that have ended their worker too often. */
  readonly leftOut: readonly PackedProgram[];
}

/** Makes a finding of what was met. Meanwhile `MinimizeNote`s come. */
export interface MinimizeJob {
  readonly kind: 'minimize';
  readonly target: number;
  readonly rawFinding: StoredRawFinding;
  readonly known: readonly string[];
}

/** What a worker is asked to do. */
export type CampaignJob = SearchJob | MinimizeJob;

/** A divergence as it was met, as text. */
export interface StoredRawFinding {
  readonly divergence: Divergence;
  readonly program: ProgramText;
  readonly schedule?: readonly number[] | undefined;
  /** The engine that met it. */
  readonly by: string;
  /** In which iteration, and of which campaign; absent for engines without. */
  readonly iteration?: number | undefined;
  readonly seed?: number | undefined;
  /** See `quickCause`; absent in those of earlier versions. */
  readonly cause?: string | undefined;
  /** See `codeMetOn`; absent in those of earlier versions. */
  readonly code?: string | undefined;
  /** Of an earlier session; `stale` when that met it on other code. Not stored. */
  readonly leftover?: 'fits' | 'stale' | undefined;
}

/**
 * What came of a part of a search. The iterations of a part are `from` to `to - 1`; none when the first was given up, and
 * then the rest says nothing.
 */
export interface SearchPart {
  readonly from: number;
  readonly to: number;
  readonly counts: SearchCounts;
  /** By signature: how often it was met. */
  readonly hits: Readonly<Record<string, number>>;
  /** The first raw finding of each signature that was not known. */
  readonly rawFindings: readonly StoredRawFinding[];
  readonly novel: readonly Novel[];
  readonly effort: Effort;
  readonly nonTerminating: readonly string[];
}

/** The first is of the signature that was met, if any; others were met while it was minimised. */
export type Findings = readonly Finding[];

/** What a worker tells while it makes findings. */
export type MinimizeNote =
  /** An interruption leaves this. */
  | { readonly kind: 'left'; readonly rawFinding: StoredRawFinding }
  /** It was met on other code, and this code was not seen to show it. */
  | { readonly kind: 'gone'; readonly why: string }
  /**
   * All findings of the job are made; what comes now are their causes, as far as they are not there. To look for them, ops
   * are run from values that no program led to, and one of these may end the thread.
   */
  | { readonly kind: 'made'; readonly findings: Findings };

/** What a supervisor asks of a worker pool. */
export type CampaignWorkerPool = JobPool<CampaignJob, SearchPart | Findings>;

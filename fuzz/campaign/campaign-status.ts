import type { Judgement } from '../../oracles/divergence.ts';
import type { SearchCounts } from '../search/search.ts';

/** How a campaign stands: what the live screen, the status file (`status.json`) and `refuzz status` show. */
export interface CampaignStatus {
  /** `running`; or why it ended. */
  readonly state: 'running' | 'done' | 'interrupted' | 'failed';
  readonly seed: number;
  /** Seconds, over all sessions of the campaign. A session is from a start, or a resume, to an end. */
  readonly uptime: number;
  /** Seconds of this session. */
  readonly session: number;
  /** Seconds that are left of this session; absent where there is no limit. */
  readonly left?: number | undefined;
  readonly counts: Readonly<SearchCounts>;
  /** Per second, lately. */
  readonly rates: { readonly programs: number; readonly schedules: number; readonly pairs: number };
  readonly signatures: {
    readonly known: number;
    readonly new: number;
    /** The last one that was new, and how many seconds ago. */
    readonly last?: { readonly target: string; readonly signature: string; readonly ago: number } | undefined;
  };
  /** Raw findings that are being made cases, or wait for it. */
  readonly minimizing: number;
  /** Features seen, and programs kept. */
  readonly features: number;
  readonly pool: number;
  /** Features over time: the samples so far, evenly thinned. */
  readonly curve: readonly number[];
  /** Worker threads that ended, and programs that are not run any more. */
  readonly crashes: number;
  readonly leftOut: number;
  /** Bytes, of the whole process. */
  readonly memory: number;
  /** By worker: programs per second while it worked. */
  readonly workers: readonly number[];
  /** With a queue, in the order in which they came: what each machine has searched in this session. */
  readonly machines?: readonly MachineStatus[];
  readonly targets: readonly TargetStatus[];
}

/** A machine that works for a campaign over a queue. */
export interface MachineStatus {
  readonly name: string;
  /** Parts of a search that it has answered. */
  readonly parts: number;
  /** Programs per second while it worked. */
  readonly rate: number;
  /** Seconds since its last answer. */
  readonly ago: number;
}

/** How one target of a campaign stands, over all sessions but for `time`, which is of this one. */
export interface TargetStatus {
  readonly name: string;
  readonly iterations: number;
  readonly programs: number;
  readonly known: number;
  readonly new: number;
  readonly features: number;
  readonly pool: number;
  /** Seconds of a worker. */
  readonly time: number;
  /** What it has met so far, by cause. Absent in what earlier versions wrote. */
  readonly causes?: readonly CauseStatus[];
}

/** The signatures of one cause that a campaign has met. */
export interface CauseStatus {
  /** `null` for those whose cases carry no name, and those that have no case yet. */
  readonly name: string | null;
  readonly signatures: number;
  readonly new: number;
  readonly judgements: Readonly<Partial<Record<Judgement, number>>>;
  /** The file of one of its cases, a new one if there is any. */
  readonly case?: string | undefined;
}

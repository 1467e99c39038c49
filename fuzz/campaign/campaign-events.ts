import type { Divergence } from '../../oracles/divergence.ts';
import type { Case } from '../case/case.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import type { ProgramText } from '../program/program.ts';
import type { SearchCounts } from '../search/search.ts';
import type { StorageError } from '../storage/storage-error.ts';
import type { CampaignStatus } from './campaign-status.ts';

/**
 * A divergence that is no case yet was met for the first time. Its program is stored, and being made smaller: a
 * `FoundEvent` follows, or it is left, see `CampaignSummary.left`.
 */
export interface SeenEvent {
  readonly kind: 'seen';
  readonly target: string;
  readonly divergence: Divergence;
}

/** A new case was stored. */
export interface FoundEvent {
  readonly kind: 'found';
  readonly target: string;
  readonly divergence: Divergence;
  /** Its file. */
  readonly path: string;
  /** What is in it. */
  readonly case: Case;
}

/** A worker thread ended while it ran a program or minimised a finding. */
export interface WorkerCrashEvent {
  readonly kind: 'worker-crash';
  readonly target: string;
  /** What it died of. */
  readonly how: string;
  /** How often this program, or this job, has ended a thread by now. */
  readonly times: number;
  /** Whether it is given up; else it is tried again. */
  readonly isLeftOut: boolean;
  /** Whether that only costs a cause: the finding was made, and its case is stored without one. */
  readonly lacksCause: boolean;
  /** What the thread was running, as `--program` reads it; absent when it was between programs. */
  readonly program: string | undefined;
  /** The file that keeps all of this. */
  readonly path: string;
}

/** Something of the state could not be used, or was put elsewhere: a line that says what, and where it is now. */
export interface NoteEvent {
  readonly kind: 'note';
  readonly text: string;
}

/** How the campaign stands; comes several times a second. */
export interface StatusEvent {
  readonly kind: 'status';
  readonly status: CampaignStatus;
}

/** The last event. Everything is stored, and the state is closed. */
export interface EndedEvent {
  readonly kind: 'ended';
  readonly summary: CampaignSummary;
}

/** What happens during a session of a campaign. */
export type CampaignEvent = NoteEvent | SeenEvent | FoundEvent | WorkerCrashEvent | StatusEvent | EndedEvent;

/** The result of all sessions of a campaign. */
export interface CampaignSummary {
  readonly ending: 'done' | 'interrupted' | 'failed';
  /** What could not be stored, if that ended the session. The rest of the campaign is on disk: resume it. */
  readonly unsaved: readonly StorageError[];
  /** Seconds of this session. */
  readonly seconds: number;
  readonly counts: Readonly<SearchCounts>;
  /** Signatures met that the corpus had, and those that the campaign found. */
  readonly known: number;
  readonly fresh: number;
  readonly met: readonly MetDivergence[];
  readonly targets: readonly TargetSummary[];
  /** What was met and is no case yet, because the time was over: the next session makes cases of it. */
  readonly left: readonly LeftRawFinding[];
}

/** A divergence that was met, whose program is not minimal yet. */
export interface LeftRawFinding {
  readonly target: string;
  readonly divergence: Divergence;
  /** The smallest so far. */
  readonly program: ProgramText;
  /** The file that keeps it. */
  readonly path: string;
}

/** One target of a campaign, over all sessions. */
export interface TargetSummary {
  readonly target: string;
  readonly counts: Readonly<SearchCounts>;
  /** Ops met that do not return, as text; the first few. Programs with them are not decided. */
  readonly nonTerminating: readonly string[];
  /** Files of the cases that the campaign found. */
  readonly cases: readonly string[];
}

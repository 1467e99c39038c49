import type { Judgement } from '../../oracles/divergence.ts';
import type { AuditData } from './audit-data.ts';
import type { MatrixData, SpaceData, SweepData } from './figure-data.ts';

// What a page is made of, as plain JSON. Values are text already, as `refuzz show` spells them: the browser judges and
// computes nothing, and sets every text as text.

/** Everything that one page shows. What is absent has no page. */
export interface PageData {
  readonly format: 1;
  /** Of refuzz. */
  readonly version: string;
  readonly title: string;
  readonly campaign?: CampaignData;
  /** In the order in which they are listed. */
  readonly causes: readonly CauseData[];
  readonly cases: readonly CaseData[];
  readonly matrix?: MatrixData;
  readonly space?: SpaceData;
  readonly sweep?: SweepData;
  readonly audit?: AuditData;
  /** What a judgement means, and what to do about it. */
  readonly judgements: Readonly<Record<Judgement, { readonly means: string; readonly toDo: string }>>;
  /** Files that could not be read, and whatever else its reader should know. */
  readonly notes: readonly string[];
}

/** How a campaign stands, and how it came there. */
export interface CampaignData {
  readonly folder: string;
  readonly state: string;
  readonly seed: number;
  /** Of the process that runs it. */
  readonly pid?: number;
  /** Seconds, over all sessions. */
  readonly uptime: number;
  readonly left?: number;
  readonly totals: readonly (readonly [name: string, value: string])[];
  readonly targets: readonly CampaignTarget[];
  /** Programs per second while they worked. */
  readonly workers: readonly number[];
  /** With a queue: those of other machines, or of this one, that work for it. */
  readonly machines?: readonly CampaignMachine[];
  /** By the time that was searched. */
  readonly series: readonly SeriesPoint[];
  /** The causes met so far. */
  readonly causes: readonly CampaignCause[];
}

/** One target of a campaign. */
export interface CampaignTarget {
  readonly name: string;
  readonly iterations: number;
  readonly programs: number;
  readonly known: number;
  readonly new: number;
  readonly features: number;
  readonly pool: number;
  /** Seconds of a worker. */
  readonly time: number;
}

/** A machine that works for a campaign, as it stands in the status. */
export interface CampaignMachine {
  readonly name: string;
  /** Parts of a search that it has answered in this session. */
  readonly parts: number;
  /** Programs per second while it worked. */
  readonly rate: number;
  /** Since its last answer, when the status was written. */
  readonly seen: string;
}

/** A cause that a campaign has met. */
export interface CampaignCause {
  readonly target: string;
  readonly name: string;
  readonly signatures: number;
  readonly new: number;
  readonly judged: string;
  /** By `CauseData.id`, where this page has it. */
  readonly id?: string;
}

/** How a campaign stood at one time. */
export interface SeriesPoint {
  /** Seconds searched. */
  readonly at: number;
  /** Programs a second since the point before. */
  readonly rate: number;
  readonly features: number;
  readonly known: number;
  readonly new: number;
  /** Absent in what earlier versions wrote. */
  readonly causes?: number;
  /** Megabytes. */
  readonly memory: number;
}

/** One cause, and the cases that it explains. */
export interface CauseData {
  /** `target/name`; also its address. */
  readonly id: string;
  readonly target: string;
  readonly name: string;
  readonly text: string;
  readonly ops: readonly string[];
  readonly isNew: boolean;
  readonly judged: Readonly<Partial<Record<Judgement, number>>>;
  /** By `CaseData.id`; the witness first. */
  readonly cases: readonly string[];
  /** Its story, a section each. */
  readonly story: readonly StorySection[];
  /** What its ops do alone, from every old value. Absent for schemes, and where alone they do the same. */
  readonly line?: SweepData;
}

/** A heading and its lines, as text. */
export interface StorySection {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** A case, with its runs. */
export interface CaseData {
  /** Its path below the corpus, without the extension; also its address. */
  readonly id: string;
  readonly path: string;
  readonly target: string;
  readonly signature: string;
  readonly op: string;
  readonly boundary: string;
  readonly kind: string;
  readonly judgement: Judgement;
  readonly cause?: string;
  readonly reference: string;
  readonly subject: string;
  /** One line, as `check --program` reads it. */
  readonly program: string;
  readonly why: string;
  readonly runs: readonly RunData[];
  /** As `refuzz show` draws it, for mails. */
  readonly text: string;
  readonly sources: readonly SourceData[];
  /** Every state of its program, where these are few enough to be drawn; else why there is none. */
  readonly space?: SpaceData;
  readonly spaceNote?: string;
  /** Why there are no runs, or that they are not what the case recorded. */
  readonly note?: string;
}

/** Where code stands. */
export interface SourceData {
  readonly text: string;
  /** Only where the place is known. */
  readonly href?: string;
}

/** One run of a program on one side: lanes, words, and accesses from the first to the last. */
export interface RunData {
  readonly side: 'reference' | 'subject';
  /** Of the side. */
  readonly name: string;
  /** Which schedule: `witness`, `nearest`, `one op after another`. */
  readonly schedule: string;
  readonly note: string;
  /** Thread by thread; RCU comes last. */
  readonly lanes: readonly string[];
  readonly words: readonly WordData[];
  /** By lane: references held at the start. Absent where nobody counts them. */
  readonly held?: readonly number[];
  /** By lane: RCU sections at the start. Absent for counters. */
  readonly sections?: readonly number[];
  readonly steps: readonly StepData[];
  readonly end: EndData;
}

/** A word of one side, and what it holds at the start. */
export interface WordData {
  readonly name: string;
  readonly start: string;
  readonly isLock?: true;
}

/** One access. What is absent did not change, or was not there. */
export interface StepData {
  readonly lane: number;
  /** At the first access of an op: `inc()`. */
  readonly op?: string;
  /** `fetch_add(1)` */
  readonly access: string;
  readonly order?: string;
  /** The word that it is of, as an index of `words`. */
  readonly word?: number;
  /** Of a compare-exchange that wrote nothing. */
  readonly failed?: true;
  /** Words that it changed: indices of `words`, and what they hold then. */
  readonly changes?: readonly (readonly [word: number, text: string])[];
  /** At the last access of an op. */
  readonly result?: string;
  readonly warnings?: readonly string[];
  readonly fact?: string;
  /** The divergence comes to light here. */
  readonly diverges?: true;
  readonly held?: readonly number[];
  readonly sections?: readonly number[];
}

/** What a run came to. */
export interface EndData {
  /** By thread, then by op. */
  readonly results: readonly (readonly string[])[];
  readonly warnings: readonly string[];
  readonly facts: readonly string[];
  readonly final?: string;
}

import type { Finding } from '../minimize/finding.ts';
import type { PackedProgram } from '../run/packed-program.ts';
import type { Findings, SearchPart, StoredRawFinding } from './campaign-jobs.ts';
import type { TargetCampaign } from './target-campaign.ts';

/** A target in a campaign. */
export interface Member {
  /** Its index in the setup of the workers. */
  readonly index: number;
  readonly campaign: TargetCampaign;
  /** Signatures that are no news; grows. */
  readonly known: Set<string>;
  /** Programs that are not run any more; grows. */
  readonly leftOut: PackedProgram[];
}

/** A worker's thread has ended with a job, or a job was given up. */
export interface Crash {
  /** What it died of. */
  readonly how: string;
  /** What it had under way, if it was running a program. */
  readonly program: PackedProgram | undefined;
  readonly iteration: number | undefined;
  /** How often this program, or this job, has ended a thread by now. */
  readonly times: number;
  /** It is not tried again. */
  readonly isLeftOut: boolean;
  /** What was met, if the job was to make a finding of it. */
  readonly rawFinding: StoredRawFinding | undefined;
  /** The finding was made, and only its cause was looked for: it is there without one. */
  readonly lacksCause: boolean;
}

/** What a supervisor reports, before it does anything else. What these throw ends the campaign. */
export interface CampaignEvents {
  /** A divergence whose signature is news, as it was met. It may be reported more than once. */
  rawFinding(member: Member, rawFinding: StoredRawFinding): void;
  /** What is left of a raw finding whose minimising was given up: a smaller program, or one that only came to light there. */
  left(member: Member, rawFinding: StoredRawFinding): void;
  /** A leftover that cannot be used: nothing is known of its signature any more. @param why in words */
  unusable(member: Member, rawFinding: StoredRawFinding, why: string): void;
  /** A part has been searched. @param milliseconds it took @param by which of the workers; a machine has a name */
  searched(
    member: Member,
    part: SearchPart,
    milliseconds: number,
    by: { readonly slot: number; readonly machine?: string },
  ): void;
  /** A round is over, and all that was new in it has been found. */
  roundEnded(member: Member): void;
  /**
   * All findings of a round. `found` follows for each: a session that dies in between knows what is missing.
   *
   *     made A B │ store A │ found A │ ⚡ kill │ next session: B is in `made` and not in `found`, so B is stored
   */
  made(member: Member, findings: Findings): void;
  /** One of them, in the order of iterations. */
  found(member: Member, finding: Finding): void;
  crashed(member: Member, crash: Crash): void;
}

/** Raw findings, by index of the member. */
export type Leftovers = ReadonlyMap<number, readonly StoredRawFinding[]>;

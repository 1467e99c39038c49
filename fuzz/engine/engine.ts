import type { Death } from '../../targets/booted/booted-kernel.ts';
import type { CodePlaces, NamedTarget } from '../../targets/target/named-targets.ts';
import type { Difference } from '../booted/agreement.ts';
import type {
  CampaignSummary,
  FoundEvent,
  LeftRawFinding,
  NoteEvent,
  SeenEvent,
  WorkerCrashEvent,
} from '../campaign/campaign-events.ts';
import type { CampaignStatus } from '../campaign/campaign-status.ts';
import type { MovedCampaign } from '../campaign/kept-campaigns.ts';
import type { MetDivergence } from '../case/met-divergence.ts';
import type { JsfuzzStatus } from '../jsfuzz/engine.ts';
import type { Harness } from '../run/harness.ts';
import type { StorageError } from '../storage/storage-error.ts';
import type { StressReport } from '../stress/stress.ts';
import type { Host } from '../workers/host.ts';
import type { EngineOptionName } from './options.ts';
import type { RaceTotals } from './race-totals.ts';

/** A way to search for divergences. The table of all of them is in engines.ts. */
export interface Engine {
  /** As `--engine` has it. */
  readonly name: EngineName;
  /** For the help: a few words. */
  readonly about: string;
  /** The folder in which it keeps what it needs to continue, unless the user names one. */
  readonly state: string;
  /** The options that it has a use for. */
  readonly takes: readonly EngineOptionName[];
  /** Why it has no use for some of the others. Those without a reason here belong to one other engine only. */
  readonly useless: Readonly<Partial<Record<EngineOptionName, string>>>;
  /**
   * Whether `--resume` continues what a session left. The other engines take up by themselves what they keep.
   */
  readonly canResume: boolean;
  /**
   * Searches the targets, see `namedTargets`. Whatever an event reports is stored before the event comes; `begun` is the
   * first event, `ended` the last one. Ending the iteration early ends the search.
   *
   * @throws InputError for wrong names and options
   */
  run(
    names: readonly string[],
    options: EngineOptions,
    context: EngineContext,
  ): AsyncGenerator<EngineEvent, void, undefined>;
}

/** The engines there are. */
export type EngineName = 'random' | 'threads' | 'kernel' | 'jsfuzz';

/** What an engine gets from whoever starts it. */
export interface EngineContext {
  readonly host: Host;
  /** When the time of the search began, on the host's clock. Default: now. */
  readonly started?: number | undefined;
  /** Ends the search: what was met is made a case first. */
  readonly signal: AbortSignal;
  /** Milliseconds between two status events. */
  readonly statusEvery: number;
  /** A line for the user that belongs to no event: an engine may wait for something outside. */
  readonly notice?: ((text: string) => void) | undefined;
}

/** What an engine may be told; each takes some of it. Times are in milliseconds. */
export interface EngineOptions extends CodePlaces {
  /** The folder of cases, see `SessionOptions`. */
  readonly corpus?: string | undefined;
  readonly state?: string | undefined;
  /** Shared by the targets; the engine `random` divides it by what they yield, the others evenly. */
  readonly time?: number | undefined;
  /** Of each target. Races: programs, or, with `program`, how often it is raced. A kernel: rounds. */
  readonly iterations?: number | undefined;
  readonly seed?: number | undefined;
  /** 1 to 4; default: what the target says. */
  readonly maxThreads?: number | undefined;
  /** Of a thread, 1 to 12; races take at most 3. */
  readonly maxOps?: number | undefined;
  /** New signatures after which it ends. */
  readonly untilNew?: number | undefined;
  readonly workers?: number | undefined;
  readonly watchdog?: number | undefined;
  /** Whether programs that did something new are mutated; default: yes. */
  readonly feedback?: boolean | undefined;
  readonly resume?: boolean | undefined;
  /** The address of a queue whose machines search. Default: threads of this process. */
  readonly queue?: string | undefined;
  readonly queueName?: string | undefined;
  readonly queueVolatile?: boolean | undefined;
  /** Race this program only. */
  readonly program?: string | undefined;
  readonly image?: string | undefined;
  readonly headers?: string | undefined;
  readonly accel?: 'tcg' | 'kvm' | undefined;
  readonly cpus?: number | undefined;
}

/** What happens during a search, in the order in which it happens. */
export type EngineEvent =
  | BegunEvent
  | SeenEvent
  | FoundEvent
  | NoteEvent
  | WorkerCrashEvent
  | GuestCrashEvent
  | { readonly kind: 'guest-died'; readonly death: Death }
  /** jsfuzz failed at an input, or ended. `text` says how. */
  | { readonly kind: 'input-failed'; readonly target: string; readonly text: string }
  /** Races of a program that somebody should see. */
  | { readonly kind: 'outcomes'; readonly harness: Harness; readonly report: StressReport }
  | { readonly kind: 'status'; readonly status: EngineStatus }
  | { readonly kind: 'ended'; readonly summary: EngineSummary };

/** The search begins. */
export interface BegunEvent {
  readonly kind: 'begun';
  readonly engine: EngineName;
  readonly seed: number | undefined;
  readonly targets: readonly NamedTarget[];
  /** Where their C code comes from. */
  readonly code: CodePlaces;
  /** Of the booted kernel that runs them, if one does, as uname says it. */
  readonly release?: string | undefined;
  /** Folders: of cases, and of the state. */
  readonly corpus: string;
  readonly state: string;
  readonly isResumed: boolean;
  /** See `DurableCampaign.moved`. */
  readonly moved?: MovedCampaign | undefined;
}

/** A guest died, and it is known, as far as can be, of what. */
export interface GuestCrashEvent {
  readonly kind: 'guest-crash';
  readonly target: string;
  readonly death: Death;
  /** As `--program` reads them; more than one where it could not be narrowed down. */
  readonly programs: readonly string[];
  /** Whether they brought down a fresh guest too. */
  readonly isReproduced: boolean;
  /** The file that keeps all of this. */
  readonly path: string;
}

/** How far an engine is. `seconds` are those of the target. */
export type EngineStatus =
  | { readonly engine: 'random'; readonly status: CampaignStatus }
  | {
      readonly engine: 'threads';
      readonly target: string;
      readonly totals: ThreadsTotals;
      readonly seconds: number;
    }
  | {
      readonly engine: 'kernel';
      readonly target: string;
      readonly totals: KernelTotals;
      readonly seconds: number;
    }
  | {
      readonly engine: 'jsfuzz';
      readonly target: string;
      readonly status: JsfuzzStatus;
      readonly seconds: number;
      /** Seconds that are left. */
      readonly left: number;
      readonly fresh: number;
    };

/** What all engines say at their end; from it alone follows how the search went. */
export interface Outcome {
  /** `failed`: the search could not go on, as without a kernel. What it came to until then is in the rest. */
  readonly ending: 'done' | 'interrupted' | 'failed';
  /** Cases that could not be stored. */
  readonly unsaved: readonly StorageError[];
  /** Each signature that was met, with its target. */
  readonly met: readonly MetDivergence[];
  /** The cases that were stored. */
  readonly cases: readonly { readonly target: string; readonly path: string }[];
  /** What was met and is no case yet, because the time was over. */
  readonly left: readonly LeftRawFinding[];
  /** Whether something other than a new signature is news: an outcome that no schedule has, a guest that died. */
  readonly isLoud: boolean;
  /** Targets of which nothing was decided. */
  readonly idle: readonly string[];
  /** Whether something that was run could not be decided. */
  readonly isUndecided: boolean;
}

/** The result of a search: what all engines say, and what only this one does. */
export type EngineSummary = RandomSummary | ThreadsSummary | KernelSummary | JsfuzzSummary;

/** Of a durable campaign. */
export interface RandomSummary extends Outcome {
  readonly engine: 'random';
  readonly campaign: CampaignSummary;
}

/** Of races on real threads. */
export interface ThreadsSummary extends Outcome {
  readonly engine: 'threads';
  /** Whether one program was raced again and again. */
  readonly isOneProgram: boolean;
  readonly targets: readonly (RacedSummary & { readonly totals: ThreadsTotals })[];
}

/** Of a search in booted kernels. */
export interface KernelSummary extends Outcome {
  readonly engine: 'kernel';
  /** Of the kernel, as uname says it; empty when none has booted. */
  readonly release: string;
  readonly boots: number;
  /** Files that keep what brought guests down. */
  readonly crashes: readonly string[];
  /** Why no guest came up (any more), with the end of its console. */
  readonly bootFailure: { readonly message: string; readonly log: readonly string[] } | undefined;
  readonly targets: readonly (RacedSummary & {
    readonly harness: Harness;
    readonly totals: KernelTotals;
    /** Where the kernel does not do as its model. */
    readonly differences: readonly Difference[];
  })[];
}

/** A target that was raced. */
export interface RacedSummary {
  readonly target: string;
  readonly seconds: number;
  readonly met: readonly MetDivergence[];
}

/** Counts of a target on real threads. */
export interface ThreadsTotals extends RaceTotals {
  programs: number;
  /** Ops that were stopped because they did not return. */
  stopped: number;
}

/** Counts of a target in booted kernels. */
export interface KernelTotals extends RaceTotals {
  /** Ops and programs that ran one after another; nanoseconds of the guest's for them; ops that differ from the model. */
  ops: number;
  sequential: number;
  busy: number;
  different: number;
  /** Programs that raced. */
  raced: number;
}

/** Of jsfuzz. */
export interface JsfuzzSummary extends Outcome {
  readonly engine: 'jsfuzz';
  readonly targets: readonly {
    readonly target: string;
    readonly seconds: number;
    readonly status: JsfuzzStatus;
    /** Inputs at which jsfuzz failed. */
    readonly crashes: number;
  }[];
}

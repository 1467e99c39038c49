import type { Failure } from '../workers/worker-pool-failure.ts';

/** A job as it waits in a queue. Its id follows from everything in it, so offering it twice is offering it once. */
export interface OfferedJob {
  readonly id: string;
  /** Whom its answer is for. */
  readonly coordinator: string;
  /** Digest of the work, which is a parcel. */
  readonly work: string;
  /** The job's fields: small ones as text, large ones as the digest of a parcel. */
  readonly fields: Readonly<Record<string, Field>>;
}

/** A value, or where it is. */
export type Field =
  /** See `textOf`. */
  | { readonly text: string }
  /** The digest of its text. */
  | { readonly parcel: string }
  /** A long list in parts, each a parcel: a list that has grown differs in the last one. */
  | { readonly parts: readonly string[] }
  /** An object, of which some fields are large. */
  | { readonly fields: Readonly<Record<string, Field>> };

/** What a machine tells a coordinator of a job. */
export interface Message {
  /** The id of the job. */
  readonly job: string;
  /** The name of the machine, and how many threads it has. */
  readonly machine: string;
  readonly threads: number;
  readonly told: Told;
}

/** In the order in which a job comes to its end. */
export type Told =
  /** Not of a job: a coordinator tells it to itself, and when it hears it has heard all that was told before. */
  | { readonly kind: 'mark'; readonly at: number }
  /** It wants this parcel, and the queue has it no more. */
  | { readonly kind: 'lacks'; readonly parcel: string }
  /** See `WorkerPort.note`. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'died'; readonly how: string; readonly current: readonly number[] | undefined };

/** A coordinator as machines see it before they have taken a job of its. */
export interface Announcement {
  readonly coordinator: string;
  readonly version: string;
  /** See `buildDigest`. */
  readonly build: string;
  /** When it last gave a sign, as ISO 8601 text. */
  readonly seen: string;
}

/**
 * What passes between a coordinator and machines, and nothing of how. It promises little: what it holds may vanish at any
 * instant, a job may be taken twice, and a message may come twice. Messages of one machine about one job come in order.
 *
 * Every method waits while the queue cannot be reached. It throws only what waiting cannot mend.
 */
export interface JobQueue {
  /** Has no effect while a job of this id waits or is under way. */
  offer(job: OfferedJob): Promise<void>;
  /** @returns whether it waited and does so no more; one that is under way stays */
  withdraw(id: string): Promise<boolean>;
  /**
   * Takes jobs until it is stopped. A job whose machine vanishes is taken by another one.
   *
   * @param most jobs at a time
   * @param work `later`: it waits again, for whoever comes
   * @returns stops it: takes no more, and waits for those under way
   */
  take(most: number, work: (job: OfferedJob) => Promise<'done' | 'later'>): () => Promise<void>;
  /** The order is that of the calls; nobody need wait for one before the next. */
  tell(coordinator: string, message: Message): Promise<void>;
  /** Messages for a coordinator, one after the other. A second call takes the place of the first. */
  hear(coordinator: string, on: (message: Message) => void): void;
  putParcel(digest: string, text: string): Promise<void>;
  parcel(digest: string): Promise<string | undefined>;
  dropParcel(digest: string): Promise<void>;
  announce(one: Announcement): Promise<void>;
  announcements(): Promise<readonly Announcement[]>;
  /** A coordinator is done: nothing of it is left. */
  forget(coordinator: string): Promise<void>;
  close(): Promise<void>;
}

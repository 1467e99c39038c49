import type { Host } from '../workers/host.ts';
import type { JobEnd, JobPool, Work } from '../workers/job-pool.ts';
import { unpackFailure } from '../workers/worker-pool-failure.ts';
import { Answers } from './answers.ts';
import type { JobQueue, Message, OfferedJob } from './job-queue.ts';
import { Packing, type Parcel } from './parcels.ts';
import { digestOfText, textOf, valueIn } from './plain-text.ts';
import { type Begun, type Offering, RemotePool } from './remote-pool.ts';
import { Shelf } from './shelf.ts';

/** Whose jobs they are, and how its user hears of what goes on. */
export interface CoordinatorOptions {
  /** Tells it from others on the same queue, also after it was killed: it gets the answers that came meanwhile. */
  readonly name: string;
  readonly version: string;
  /** See `buildDigest`. */
  readonly build: string;
  readonly host: Host;
  /** A line for the user. */
  readonly notice: (text: string) => void;
}

/**
 * Milliseconds. A job that has no answer for so long is offered once more: the queue may have lost it. Shorter than many jobs
 * are, as an offer costs little: of a job that waits or is under way it has no effect.
 */
const OFFER_AGAIN = 5000;
/** Milliseconds between two looks at jobs that may have to be offered again, and between two announcements. */
const TICK = 1000;
const ANNOUNCE = 20_000;
/** Milliseconds that a mark may take. Then the connection is deaf, whatever the client believes, and another one is made. */
const DEAF = 20_000;
/** Milliseconds without a word from any machine, after which the user is told how to start one. */
const ALONE = 15_000;
/** Milliseconds that a queue has to answer when its coordinator leaves. */
const LEAVING = 3000;
/**
 * Milliseconds after which a machine that says nothing is not counted on. Some jobs take a minute and say nothing meanwhile; and
 * whoever is counted on in vain costs only that some jobs wait in the queue instead of here.
 */
const AWAY = 120_000;
/**
 * Jobs at a time when no machine is known; and for each thread that is, so that none waits for its next one. Not more: what is
 * given out later goes to whichever target then yields most, and what waits in the queue has been given out.
 */
const FIRST_ROOM = 16;
const ROOM_OF_THREAD = 2;

/**
 * A job that has no answer yet. It is in the queue, or in a machine, or lost: which of these is not asked, since the answer
 * to that could be out of date by the time it is there.
 */
interface Open {
  readonly offered: OfferedJob;
  readonly parcels: readonly Parcel[];
  readonly onNote: (note: unknown) => void;
  readonly end: (ended: JobEnd<unknown>) => void;
  /** Notes that have come: two machines that run one job tell the same. */
  readonly notes: Set<string>;
  /** Changes with each offer. */
  offeredAt: number;
}

/**
 * One process's side of a queue: offers its jobs, hears of them, and offers them again until there is an answer. The queue
 * is no memory: whatever is lost there is lost time and no more, because what counts is in the hands of whoever called
 * `run`, and on disk.
 *
 *     run ─▶ parcels, offer ─▶ … ─▶ notes, answer ─▶ ended        every job has one answer
 *              ▲       └ 5 s without one ┘                        a second one is compared with it
 */
export class Coordinator implements Offering {
  readonly #queue: JobQueue;
  readonly #options: CoordinatorOptions;
  readonly #packing = new Packing();
  readonly #open = new Map<string, Open>();
  readonly #answers = new Answers();
  /** By content: how often a machine's thread has died of it. Each time it is another job. */
  readonly #deaths = new Map<string, number>();
  readonly #shelf: Shelf;
  /** By name: threads, and when it last said something. */
  readonly #machines = new Map<string, { readonly threads: number; readonly at: number }>();
  readonly #slots = new Map<string, number>();
  #heard: number;
  /** Since when a mark has been told and none heard. */
  #markedAt: number | undefined;
  #failure: Error | undefined;
  readonly #callOff: (() => void)[] = [];

  constructor(queue: JobQueue, options: CoordinatorOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#shelf = new Shelf(queue);
    const { host, name } = options;
    this.#heard = host.now();
    queue.hear(name, (message) => this.#hear(message));
    this.#announce();
    this.#callOff.push(
      host.every(TICK, () => this.#look()),
      host.every(ANNOUNCE, () => this.#announce()),
    );
  }

  /** A pool of all machines for some work. */
  readonly makePool = <Job, Answer>(work: Work): JobPool<Job, Answer> =>
    new RemotePool<Job, Answer>(this, this.#options.host, work);

  /** Whether another job would be begun soon. */
  get hasRoom(): boolean {
    const now = this.#options.host.now();
    let threads = 0;
    for (const machine of this.#machines.values()) if (now - machine.at < AWAY) threads += machine.threads;
    return this.#open.size < Math.max(FIRST_ROOM, ROOM_OF_THREAD * threads);
  }

  /** See `JobPool.run`. @param work its parcel */
  run(work: Parcel, job: object, onNote: (note: unknown) => void): Begun {
    const { fields, parcels } = this.#packing.pack(job);
    const { name, build, host } = this.#options;
    const content = digestOfText(textOf([build, name, work.digest, fields]));
    // A job over which a thread has died is given again on purpose. With its old id the queue would not take it while the one
    // that died is being cleared away, and its old answers, if another machine lives through it, would be taken for new ones.
    const deaths = this.#deaths.get(content) ?? 0;
    const id = deaths === 0 ? content : `${content}-${deaths}`;
    const offered = { id, coordinator: name, work: work.digest, fields };
    if (this.#failure) return { id, ended: Promise.resolve({ kind: 'failure', error: this.#failure }) };
    if (this.#open.has(id)) throw new Error(`internal: the job ${textOf(fields)} is under way already`);
    const ended = new Promise<JobEnd<unknown>>((end) => {
      const all = [work, ...parcels];
      this.#open.set(id, { offered, parcels: all, onNote, end, notes: new Set(), offeredAt: host.now() });
      // Parcels before the job: whoever takes it wants them at once.
      void this.#offer(id, all, offered);
      // It was answered while nobody was here, for a coordinator of this name that was killed.
      const early = this.#answers.early(id);
      if (early) this.#hear(early);
    });
    return { id, ended };
  }

  /** Takes back what no machine has begun, of some jobs. They end as withdrawn. */
  async withdraw(ids: Iterable<string>): Promise<void> {
    await Promise.all(
      [...ids].map(async (id) => (await this.#queue.withdraw(id)) && this.#end(id, { kind: 'withdrawn' })),
    );
  }

  /** Ends jobs, wherever they are. */
  giveUp(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#end(id, { kind: 'withdrawn' });
      void this.#queue.withdraw(id);
    }
  }

  /** Nothing is under way any more: leaves nothing in the queue, unless that does not answer. */
  async close(): Promise<void> {
    for (const callOff of this.#callOff) callOff();
    this.giveUp([...this.#open.keys()]);
    const { host, name } = this.#options;
    // A server that is away is waited for while work is lost without it. Here only litter is.
    let callOff = () => {};
    const late = new Promise<void>((resolve) => {
      callOff = host.after(LEAVING, resolve);
    });
    await Promise.race([late, Promise.all([this.#shelf.tidy(0, true), this.#queue.forget(name)])]);
    await Promise.race([late, this.#queue.close()]);
    // Else the process would wait for it.
    callOff();
  }

  async #offer(id: string, parcels: readonly Parcel[], offered: OfferedJob): Promise<void> {
    await this.#shelf.need(parcels);
    // It may have ended meanwhile: what is offered now nobody would wait for, and a machine would work in vain.
    if (this.#open.has(id)) await this.#queue.offer(offered);
  }

  /**
   * Notes and answers of jobs that are open go to whoever gave the job. Of others only the answer counts: it is compared
   * with the first one, or kept for a job that is yet to be given. (The notes of such a job are lost, and with them nothing:
   * its answer has all that was met.)
   */
  #hear(message: Message): void {
    const { host } = this.#options;
    const { job: id, machine, threads, told } = message;
    if (told.kind === 'mark') {
      this.#markedAt = undefined;
      this.#offerAgain(told.at - OFFER_AGAIN);
      return;
    }
    this.#heard = host.now();
    this.#machines.set(machine, { threads, at: this.#heard });
    const open = this.#open.get(id);
    if (told.kind === 'answer') {
      // Before anything is done with it: of two that differ the second must not be used either.
      const difference = this.#answers.add(message, told.text, open !== undefined);
      if (difference) this.#fail(difference);
    }
    if (!open) return;
    if (told.kind === 'lacks') this.#shelf.putAgain(told.parcel);
    else if (told.kind === 'note') {
      // The other machine has told it: the job was offered twice, or had lost its lock.
      if (open.notes.has(told.text)) return;
      open.notes.add(told.text);
      open.onNote(valueIn(told.text));
    } else if (told.kind === 'answer')
      this.#end(id, { kind: 'answer', answer: valueIn(told.text), slot: this.#slotOf(machine), machine });
    else if (told.kind === 'failure') this.#end(id, { kind: 'failure', error: unpackFailure(told.failure) });
    else {
      const [content] = id.split('-');
      this.#deaths.set(content!, (this.#deaths.get(content!) ?? 0) + 1);
      const current = told.current && Int32Array.from(told.current);
      this.#end(id, { kind: 'died', how: `${told.how}, on ${machine}`, current });
    }
  }

  #end(id: string, ended: JobEnd<unknown>): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    this.#shelf.release(open.parcels, this.#options.host.now());
    open.end(ended);
  }

  /** Two machines disagree, so one of them is wrong, and nobody knows which: what either has said counts for nothing. */
  #fail(error: Error): void {
    this.#failure ??= error;
    for (const id of [...this.#open.keys()]) this.#end(id, { kind: 'failure', error });
  }

  /** Once a second: what has waited too long, what is not needed any more, and whether anybody is there. */
  #look(): void {
    const { host, notice, name } = this.#options;
    const now = host.now();
    const isLate = ({ offeredAt }: Open) => now - offeredAt >= OFFER_AGAIN;
    const mark = { job: '', machine: '', threads: 0, told: { kind: 'mark', at: now } } as const;
    // Not at once: its answer may be among the messages that wait to be heard, and the job would be run again.
    if ([...this.#open.values()].some(isLate)) {
      this.#markedAt ??= now;
      void this.#queue.tell(name, mark);
    }
    // A client may wait for ever on a connection that is gone for everybody but itself: no bytes come, and no end.
    if (this.#markedAt !== undefined && now - this.#markedAt > DEAF) {
      this.#markedAt = undefined;
      this.#queue.hear(name, (message) => this.#hear(message));
    }
    void this.#shelf.tidy(now);
    if (this.#open.size === 0 || now - this.#heard < ALONE || this.#machines.size > 0) return;
    this.#heard = Number.POSITIVE_INFINITY;
    notice(
      'no machine has taken a job yet; start refuzz worker with the same --queue, on this one or others',
    );
  }

  /** @param before jobs that were offered later than that have time yet */
  #offerAgain(before: number): void {
    for (const open of this.#open.values()) {
      if (open.offeredAt > before) continue;
      open.offeredAt = this.#options.host.now();
      void this.#queue.offer(open.offered);
    }
  }

  /** So that a machine of another build can say why it takes nothing. */
  #announce(): void {
    const { name, version, build, host } = this.#options;
    void this.#queue.announce({ coordinator: name, version, build, seen: host.date() });
  }

  /** Machines are numbered as they come, for the status. */
  #slotOf(machine: string): number {
    const slot = this.#slots.get(machine) ?? this.#slots.size;
    this.#slots.set(machine, slot);
    return slot;
  }
}

import type { Announcement, JobQueue, Message, OfferedJob } from '../../fuzz/queue/job-queue.ts';

/** The least that a `JobQueue` promises, in this process: what a test wants lost is lost. */
export class InMemoryQueue implements JobQueue {
  readonly parcels = new Map<string, string>();
  readonly announced = new Map<string, Announcement>();
  /** Jobs that wait, in order, and jobs that somebody has. */
  waiting: OfferedJob[] = [];
  readonly active = new Set<string>();
  /** Every offer, those without effect too. */
  offers = 0;
  readonly #listeners = new Map<string, (message: Message) => void>();
  /** What nobody has heard yet. */
  readonly #unheard = new Map<string, Message[]>();
  readonly #takers: {
    most: number;
    busy: number;
    isOpen: boolean;
    work: (job: OfferedJob) => Promise<'done' | 'later'>;
  }[] = [];

  /** Everything but what is under way in machines. */
  empty(): void {
    this.parcels.clear();
    this.waiting = [];
    this.#unheard.clear();
  }

  async offer(job: OfferedJob): Promise<void> {
    this.offers++;
    if (this.active.has(job.id) || this.waiting.some(({ id }) => id === job.id)) return;
    // As text: nothing that passes here may be shared.
    this.waiting.push(JSON.parse(JSON.stringify(job)));
    this.#handOut();
  }

  async withdraw(id: string): Promise<boolean> {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((job) => job.id !== id);
    return this.waiting.length < before;
  }

  take(most: number, work: (job: OfferedJob) => Promise<'done' | 'later'>): () => Promise<void> {
    const taker = { most, busy: 0, isOpen: true, work };
    this.#takers.push(taker);
    this.#handOut();
    return async () => {
      taker.isOpen = false;
      while (taker.busy > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    };
  }

  /** A machine is gone, or was silent for too long: others get its jobs. */
  loseLock(id: string, job: OfferedJob): void {
    this.active.delete(id);
    this.waiting.push(job);
    this.#handOut();
  }

  async tell(coordinator: string, message: Message): Promise<void> {
    const copy = JSON.parse(JSON.stringify(message)) as Message;
    const listener = this.#listeners.get(coordinator);
    if (listener) listener(copy);
    else this.#unheard.set(coordinator, [...(this.#unheard.get(coordinator) ?? []), copy]);
  }

  hear(coordinator: string, on: (message: Message) => void): void {
    this.#listeners.set(coordinator, on);
    for (const message of this.#unheard.get(coordinator) ?? []) on(message);
    this.#unheard.delete(coordinator);
  }

  /** A coordinator is killed: nobody hears its messages any more. */
  deafen(coordinator: string): void {
    this.#listeners.delete(coordinator);
  }

  async putParcel(digest: string, text: string): Promise<void> {
    this.parcels.set(digest, text);
  }

  async parcel(digest: string): Promise<string | undefined> {
    return this.parcels.get(digest);
  }

  async dropParcel(digest: string): Promise<void> {
    this.parcels.delete(digest);
  }

  async announce(one: Announcement): Promise<void> {
    this.announced.set(one.coordinator, one);
  }

  async announcements(): Promise<readonly Announcement[]> {
    return [...this.announced.values()];
  }

  async forget(coordinator: string): Promise<void> {
    this.announced.delete(coordinator);
    this.#unheard.delete(coordinator);
  }

  async close(): Promise<void> {}

  #handOut(): void {
    for (const taker of this.#takers) {
      while (taker.isOpen && taker.busy < taker.most) {
        const job = this.waiting.shift();
        if (!job) return;
        taker.busy++;
        this.active.add(job.id);
        void taker.work(job).then((how) => {
          taker.busy--;
          this.active.delete(job.id);
          if (how === 'later') this.waiting.push(job);
          this.#handOut();
        });
      }
    }
  }
}

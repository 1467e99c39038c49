import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Ran, type Started, startRefuzz } from '../refuzz.ts';

/** What a campaign of a cluster searches, where it keeps it, and where its machines get their jobs. */
export interface ClusterOptions {
  readonly folder: string;
  readonly url: string;
  readonly targets: readonly string[];
  readonly seed: number;
  readonly iterations: number;
  /** Of `--queue-name`. */
  readonly name?: string;
}

/** A lease for machines that tests kill: others get their jobs soon. */
const LEASE = '3s';

/** Processes on this machine that believe they are many machines: a coordinator, and workers of one thread each. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly workers: Started[] = [];
  coordinator: Started | undefined;
  #made = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  get state(): string {
    return join(this.#options.folder, 'state');
  }

  get corpus(): string {
    return join(this.#options.folder, 'corpus');
  }

  /** @param url another way to the same queue */
  addWorker(url = this.#options.url): Started {
    const { name = 'refuzz' } = this.#options;
    const options = ['--workers', '1', '--lease', LEASE, '--name', `m${++this.#made}`, '--queue-name', name];
    const worker = startRefuzz(['worker', '--queue', url, ...options]);
    this.workers.push(worker);
    return worker;
  }

  /** Begins the campaign, or goes on with it. @param iterations of all so far and these */
  coordinate(iterations = this.#options.iterations): Promise<Ran> {
    const { url, targets, seed, name = 'refuzz' } = this.#options;
    const isBegun = existsSync(join(this.state, 'campaign.json'));
    const begin = isBegun ? ['--resume'] : [...targets, '--seed', String(seed)];
    const places = ['--state', this.state, '--corpus', this.corpus, '--iterations', String(iterations)];
    this.coordinator = startRefuzz(['fuzz', ...begin, ...places, '--queue', url, '--queue-name', name]);
    return this.coordinator.ended;
  }

  /** Ends everything that still runs. */
  async end(): Promise<void> {
    const all = [...this.workers, ...(this.coordinator ? [this.coordinator] : [])];
    for (const { child } of all) child.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  }
}

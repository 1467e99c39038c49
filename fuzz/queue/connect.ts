import { hostname } from 'node:os';
import { version } from '../storage/version.ts';
import type { Host } from '../workers/host.ts';
import type { MakePool } from '../workers/job-pool.ts';
import { buildDigest } from './build-digest.ts';
import { Coordinator } from './coordinator.ts';
import { openQueue, type QueueChoice } from './open-queue.ts';
import { digestOfText } from './plain-text.ts';

/** The machines of a queue, for the process that keeps the truth. */
export interface Machines {
  readonly makePool: MakePool;
  /** Nothing is under way any more. */
  close(): Promise<void>;
}

/**
 * Connects with a queue. The coordinator begins with the first pool: by then whoever asks for one holds the lock of his
 * state, so that no two of them have one name.
 *
 * @param whose what is locked: with this machine's name it tells these jobs from those of others, also when the process is
 *   killed and begun again
 * @param notice a line for the user
 * @throws InputError, see `openQueue`
 */
export async function connectMachines(
  choice: QueueChoice,
  whose: string,
  host: Host,
  notice: (text: string) => void,
): Promise<Machines> {
  const queue = await openQueue(choice, host, notice);
  const name = digestOfText(`${hostname()}\0${whose}`).slice(0, 17);
  const options = { name, version: version(), build: buildDigest(), host, notice };
  let coordinator: Coordinator | undefined;
  return {
    makePool(work) {
      coordinator ??= new Coordinator(queue, options);
      return coordinator.makePool(work);
    },
    close: () => (coordinator ?? queue).close(),
  };
}

import { resolve } from 'node:path';
import { connectMachines, type Machines } from '../../fuzz/queue/connect.ts';
import type { MakePool } from '../../fuzz/workers/job-pool.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import type { Io } from '../io/io.ts';
import { withAddress } from '../io/queue-address.ts';

/** The options of a queue, as commands of `check` have them. */
export interface QueueOptions {
  readonly queue?: string;
  readonly queueName?: string;
  readonly queueVolatile?: boolean;
}

/**
 * Runs a command of `check` on the machines of a queue.
 *
 * @param whose what tells the command from others in this folder: its names and sizes. A journal has a lock, so no two
 *   checks of one scope run at a time; a sweep keeps nothing, and gives the number of its process
 */
export async function onMachines(
  options: QueueOptions & { readonly queue: string },
  whose: readonly unknown[],
  io: Io,
  command: (makePool: MakePool) => Promise<number>,
): Promise<number> {
  const { queue: address, queueName, queueVolatile } = withAddress(options);
  const choice = { address, name: queueName, isVolatile: queueVolatile };
  const notice = (text: string) => io.err(`note   ${text}\n`);
  const machines: Machines = await connectMachines(
    choice,
    JSON.stringify([resolve('.'), ...whose]),
    systemHost,
    notice,
  );
  try {
    return await command(machines.makePool);
  } finally {
    await machines.close();
  }
}

import { hostname } from 'node:os';
import { buildDigest } from '../../fuzz/queue/build-digest.ts';
import { Machine } from '../../fuzz/queue/machine.ts';
import { openQueue, QUEUE_NAME } from '../../fuzz/queue/open-queue.ts';
import { version } from '../../fuzz/storage/version.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import { EXIT, type Io } from '../io/io.ts';
import { withAddress } from '../io/queue-address.ts';

/** Options of `refuzz worker`. */
export interface WorkerOptions {
  readonly queue: string;
  readonly queueName?: string;
  readonly queueVolatile?: boolean;
  /** Milliseconds. */
  readonly lease?: number;
  /** Threads, 1 or more. */
  readonly workers: number;
  /** Default: the host's name and the number of the process. */
  readonly name?: string;
}

/** `refuzz worker`: takes jobs from a queue until it is interrupted. @returns the exit code */
export async function workerCommand(options: WorkerOptions, io: Io): Promise<number> {
  const { queue: address, queueName, queueVolatile, lease, workers } = withAddress(options);
  const note = (text: string) => io.err(`note   ${text}\n`);
  const choice = { address, name: queueName, isVolatile: queueVolatile, lease };
  const queue = await openQueue(choice, systemHost, note);
  const { name = `${hostname()}/${process.pid}` } = options;
  const build = buildDigest();
  const interrupted = new Promise<void>((resolve) => {
    io.onInterrupt(resolve, 'the queue, to give back what is under way');
  });
  const started = { name, version: version(), build, threads: workers, host: systemHost, notice: note };
  const machine = new Machine(queue, started);
  io.out(
    `${name}: refuzz ${build}, ${workers} ${workers === 1 ? 'thread' : 'threads'}, takes jobs from "${queueName ?? QUEUE_NAME}"\n`,
  );
  await interrupted;
  await machine.stop();
  const { done, left } = machine.tally;
  io.out(`${done} jobs done, ${left} left to others\n`);
  return EXIT.OK;
}

import { InputError } from '../../targets/subject/input-error.ts';
import type { QueueAddress } from './address.ts';

/** What each kind of queue needs beside refuzz, which installs none of it. */
const NEEDED: Readonly<Record<QueueAddress['kind'], readonly string[]>> = {
  redis: ['bullmq', 'ioredis'],
  postgres: ['bullmq', 'pg'],
};

/** The packages that drive a queue. The client of PostgreSQL is loaded by BullMQ itself. */
export interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: typeof import('ioredis') | undefined;
}

/**
 * Loads them. They are named here and nowhere else, and no import at the top of a file leads to them: refuzz without them is
 * complete, but for `--queue`.
 *
 * @throws InputError with the command that installs what is missing
 */
export async function loadQueuePackages(kind: QueueAddress['kind']): Promise<QueuePackages> {
  const needed = NEEDED[kind];
  try {
    const [bullmq, client] = await Promise.all(needed.map((name) => import(name)));
    return {
      bullmq: bullmq as QueuePackages['bullmq'],
      ioredis: kind === 'redis' ? (client as QueuePackages['ioredis']) : undefined,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new InputError(
      '--queue',
      `a queue in ${kind === 'redis' ? 'Redis' : 'PostgreSQL'} needs packages that refuzz does not install by itself: npm install ${needed.join(' ')}`,
    );
  }
}

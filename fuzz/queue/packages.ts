import { createRequire } from 'node:module';
import { InputError } from '../../targets/subject/input-error.ts';
import type { QueueAddress } from './address.ts';

/** What each kind of queue needs beside refuzz, which installs none of it. */
const NEEDED: Readonly<Record<QueueAddress['kind'], readonly string[]>> = {
  redis: ['bullmq', 'ioredis'],
  postgres: ['bullmq', 'pg'],
};

/** The packages that drive a queue: BullMQ, and one client. */
export interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: typeof import('ioredis') | undefined;
  readonly pg: typeof import('pg') | undefined;
}

/**
 * Loads them. They are named here and nowhere else, and no import at the top of a file leads to them: refuzz without them is
 * complete, but for `--queue`.
 *
 * By `require`, since BullMQ is some two hundred files, and each process that has to do with a queue loads them: as ES modules
 * they take 0.3 s of processor time, as CommonJS half of that.
 *
 * @throws InputError with the command that installs what is missing
 */
export function loadQueuePackages(kind: QueueAddress['kind']): QueuePackages {
  const needed = NEEDED[kind];
  const load = createRequire(import.meta.url);
  try {
    const [bullmq, client] = needed.map((name) => load(name));
    return {
      bullmq: bullmq as QueuePackages['bullmq'],
      ioredis: kind === 'redis' ? (client as QueuePackages['ioredis']) : undefined,
      pg: kind === 'postgres' ? (client as QueuePackages['pg']) : undefined,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new InputError(
      '--queue',
      `a queue in ${kind === 'redis' ? 'Redis' : 'PostgreSQL'} needs packages that refuzz does not install by itself: npm install ${needed.join(' ')}`,
    );
  }
}

import type { Redis } from 'ioredis';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Host } from '../workers/host.ts';
import { type QueueAddress, queueAddress } from './address.ts';
import { buildDigest } from './build-digest.ts';
import { type BullOptions, BullQueue } from './bull-queue.ts';
import { loadQueuePackages, type QueuePackages } from './packages.ts';
import { checkRedis, settingsIn } from './redis-settings.ts';

/** What the user says of a queue. */
export interface QueueChoice {
  /** See `queueAddress`. */
  readonly address: string;
  /** Whose machines these are: others on the same server have another name. */
  readonly name?: string | undefined;
  /** Whether a Redis that keeps nothing on disk is fine. */
  readonly isVolatile?: boolean | undefined;
  /** Milliseconds that a machine may be silent before others get its jobs. Default: 30000 */
  readonly lease?: number | undefined;
}

/** The first part of the names of queues, where the user names none. */
export const QUEUE_NAME = 'refuzz';
/** Milliseconds. */
const LEASE = 30_000;
const CONNECTING = 10_000;
/** A server that went away in the middle may leave a query without an end: then it is asked again. */
const ANSWERING = 15_000;
const LONGEST_PAUSE = 1000;
/**
 * Connections of each of BullMQ's queues, of which a process has four or five. With one, a query that takes long would
 * hold up the renewal of locks, which must not be late.
 */
const CONNECTIONS = 2;

/**
 * Connects to a queue.
 *
 * @param notice a line for the user
 * @throws InputError for an address that is none, for a server that cannot be reached or must not be used, and where a
 *   package is missing
 */
export async function openQueue(
  choice: QueueChoice,
  host: Host,
  notice: (text: string) => void,
): Promise<BullQueue> {
  const address = queueAddress(choice.address);
  const packages = loadQueuePackages(address.kind);
  const redis = packages.ioredis && (await connected(packages.ioredis, address, choice.isVolatile === true));
  const queue = new BullQueue({
    host,
    ...madeBy(packages, redis, address),
    name: choice.name ?? QUEUE_NAME,
    build: buildDigest(),
    lease: choice.lease ?? LEASE,
    onOutage: (error) =>
      notice(
        error
          ? `${address.shown} does not answer (${address.redacted(messageOf(error))}); nothing is lost, waiting for it`
          : `${address.shown} answers again`,
      ),
    disconnect: async () => redis?.disconnect(),
  });
  // Redis has answered by now; of PostgreSQL nobody has heard yet.
  try {
    await withinTime(queue.ready(), address, host);
  } catch (error) {
    // Its clock would keep the process; and a queue that was never ready may not answer to being closed.
    queue.close().catch(() => {});
    throw error;
  }
  return queue;
}

/** The classes of both kinds take the same and share no type. */
function madeBy(
  { bullmq: { withBackend, createRedisBackend, createPostgresBackend, WaitingError }, pg }: QueuePackages,
  redis: Redis | undefined,
  { url }: QueueAddress,
): Pick<BullOptions, 'makeQueue' | 'makeWorker' | 'WaitingError'> {
  if (redis) {
    const { Queue, Worker } = withBackend(createRedisBackend);
    const at = { connection: redis, prefix: 'refuzz' };
    return {
      makeQueue: (name) => new Queue(name, at),
      makeWorker: (name, work, options) => new Worker(name, work, { ...at, ...options }),
      WaitingError,
    };
  }
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const limits = { max: CONNECTIONS, connectionTimeoutMillis: CONNECTING, query_timeout: ANSWERING };
  const own = pg && { Client: listenedTo(pg) };
  const at = { connection: { connectionString: url, schema: 'refuzz', migrate: true, ...limits, ...own } };
  return {
    makeQueue: (name) => new Queue(name, at),
    makeWorker: (name, work, options) => new Worker(name, work, { ...at, ...options }),
    WaitingError,
  };
}

/**
 * A client of PostgreSQL to whose errors somebody always listens. BullMQ takes one out of its pool to look at the tables, and
 * while it has it nobody does: a server that went in that instant would end the process. The error is not lost, for what was
 * asked of the client fails with it.
 */
function listenedTo({ Client }: NonNullable<QueuePackages['pg']>): typeof Client {
  return class extends Client {
    constructor(...given: ConstructorParameters<typeof Client>) {
      super(...given);
      this.on('error', () => {});
    }
  };
}

/**
 * A client that all queues of this process share; BullMQ makes another one for each worker, whose waiting would hold it up.
 * Only the first connection may fail: later ones are tried for as long as it takes, since a server that restarts comes back.
 */
async function connected(
  { Redis: Client }: NonNullable<QueuePackages['ioredis']>,
  address: QueueAddress,
  isVolatile: boolean,
): Promise<Redis> {
  const client = new Client(address.url, {
    lazyConnect: true,
    // As BullMQ wants it: what is asked while the server is away is asked again.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, LONGEST_PAUSE),
    connectTimeout: CONNECTING,
  });
  let said: Error | undefined;
  // Somebody must listen, or a broken connection ends the process.
  client.on('error', (error) => {
    said = error;
  });
  try {
    await client.connect();
    // `CONFIG` is often forbidden where somebody else runs the server. `INFO` is not, and says the rest.
    const save = await client.config('GET', 'save').then(
      (pair) => (pair as string[])[1],
      () => undefined,
    );
    checkRedis(address.shown, settingsIn(await client.info(), save), isVolatile);
    return client;
  } catch (error) {
    client.disconnect();
    if (error instanceof InputError) throw error;
    throw unreachable(address, said ?? (error as Error));
  }
}

/** PostgreSQL is reached by BullMQ's own pool, which says so late. @throws InputError */
async function withinTime(ready: Promise<void>, address: QueueAddress, host: Host): Promise<void> {
  let callOff = () => {};
  const late = new Promise<never>((_, reject) => {
    callOff = host.after(CONNECTING, () => reject(new Error(`no answer within ${CONNECTING / 1000} s`)));
  });
  try {
    await Promise.race([ready, late]);
  } catch (error) {
    throw unreachable(address, error as Error);
  } finally {
    callOff();
  }
}

function unreachable(address: QueueAddress, error: Error): InputError {
  return new InputError(address.shown, `cannot be used as a queue: ${address.redacted(messageOf(error))}`);
}

/** Errors of several attempts at once have no message of their own. */
function messageOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.message !== '' ? error.message : (code ?? error.name);
}

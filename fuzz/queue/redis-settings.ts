import { InputError } from '../../targets/subject/input-error.ts';

/** What is asked of a Redis server. */
export interface RedisSettings {
  /** `maxmemory_policy`. */
  readonly policy: string | undefined;
  /** Whether it writes an append-only file. */
  readonly appends: boolean;
  /** `CONFIG GET save`: when it writes snapshots, '' for never; undefined where nobody may ask. */
  readonly save: string | undefined;
}

/**
 * Refuses a server on which a campaign would go wrong or in circles.
 *
 * One that may evict is refused always: it drops single keys, and a queue is made of several that must agree. One that
 * keeps nothing is refused unless its user accepts that: the journal of the coordinator is the truth, so a restart of
 * the server costs no result, only the work that was waiting for one. Who starts a server for a campaign may well not
 * care; who uses one that is there should know.
 *
 * @param isVolatileAccepted whether `--queue-volatile` was given
 * @throws InputError with the setting that mends it
 */
export function checkRedis(
  shown: string,
  { policy, appends, save }: RedisSettings,
  isVolatileAccepted: boolean,
): void {
  if (policy !== undefined && policy !== 'noeviction')
    throw new InputError(
      shown,
      `may evict keys (maxmemory-policy is ${policy}), which would break the queue; set it: redis-cli config set maxmemory-policy noeviction`,
    );
  if (!isVolatileAccepted && !appends && save === '')
    throw new InputError(
      shown,
      'keeps nothing on disk, so a restart of it loses all jobs under way; set it: redis-cli config set appendonly yes. If that loss is fine, for it costs time and no result, add --queue-volatile',
    );
}

/** @param info what `INFO` says @param save what `CONFIG GET save` says, if it may be asked */
export function settingsIn(info: string, save: string | undefined): RedisSettings {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  return { policy: value('maxmemory_policy'), appends: value('aof_enabled') === '1', save };
}

import { expect, test } from 'vitest';
import { checkRedis, settingsIn } from './redis-settings.ts';

const info = (policy: string, appends: number) =>
  `# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:${policy}\r\n# Persistence\r\naof_enabled:${appends}\r\n`;

test.each([
  // policy, append-only file, save, --queue-volatile, refusal
  ['noeviction', 1, '', false, undefined],
  ['noeviction', 0, '3600 1', false, undefined],
  // Who may not ask cannot know.
  ['noeviction', 0, undefined, false, undefined],
  ['noeviction', 0, '', true, undefined],
  ['noeviction', 0, '', false, /keeps nothing on disk.*config set appendonly yes.*--queue-volatile/],
  ['allkeys-lru', 1, '', false, /allkeys-lru.*config set maxmemory-policy noeviction/],
  // Evicting breaks the queue, whatever its user accepts.
  ['volatile-ttl', 1, '', true, /may evict keys/],
] as const)('%s, appendonly %s, save %j, volatile %s', (policy, appends, save, isVolatile, refusal) => {
  const check = () => checkRedis('redis://host', settingsIn(info(policy, appends), save), isVolatile);
  if (refusal) expect(check).toThrow(refusal);
  else expect(check).not.toThrow();
});

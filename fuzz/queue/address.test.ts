import { expect, test } from 'vitest';
import { queueAddress } from './address.ts';

test.each([
  ['redis://127.0.0.1:6379', 'redis', 'redis://127.0.0.1:6379'],
  ['rediss://me:s3cret@host:6380/2', 'redis', 'rediss://host:6380/2'],
  ['postgres://me:s3cret@host/base?sslmode=require', 'postgres', 'postgres://host/base'],
  ['postgresql://host/base?password=s3cret', 'postgres', 'postgresql://host/base'],
])('%s', (text, kind, shown) => {
  const address = queueAddress(text);
  expect(address.kind).toBe(kind);
  expect(address.shown).toBe(shown);
  expect(address.url).toBe(text);
});

test.each([
  'localhost:6379',
  'http://me:s3cret@host',
  'mysql://me:s3cret@host',
  '',
])('%s is refused, and not repeated', (text) => {
  expect(() => queueAddress(text)).toThrow(/is no address of a queue/);
  expect(() => queueAddress(text)).not.toThrow(/s3cret/);
});

test('nothing that a client says shows a password, written or decoded', () => {
  const { redacted } = queueAddress('postgres://me:p%40ss@host/base');
  expect(redacted('postgres://me:p%40ss@host/base refused p@ss, and p%40ss')).toBe(
    '*** refused ***, and ***',
  );
});

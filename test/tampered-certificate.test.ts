import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Certificate } from '../fuzz/check/certificate.ts';
import { type Ran, refuzz } from './refuzz.ts';

/*
 * Whoever edits a certificate can make a new digest for it. What the edit claims must still be looked at: "verified" is
 * only said of what was.
 */

const folder = mkdtempSync(join(tmpdir(), 'refuzz-tampered-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => refuzz(args, { cwd: folder });

beforeAll(async () => {
  const size = ['--threads', '2', '--ops', '1', '--corpus', 'none'];
  await run('check', 'inet-peer-biased', '--alone', ...size, '--certificate', 'sound.json');
  await run('check', 'inet-peer-biased', ...size, '--certificate', 'equivalent.json');
}, 60_000);

/** The certificate after an edit by somebody who knows how its digest is made. */
async function recheckOf(
  name: 'sound' | 'equivalent',
  edit: (certificate: Certificate) => void,
): Promise<Ran> {
  const certificate = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Certificate;
  edit(certificate);
  const { outcomes, sets, byProgram } = certificate;
  const hash = createHash('sha256').update(JSON.stringify([outcomes, sets]));
  for (const line of Object.entries(byProgram)) hash.update(JSON.stringify(line));
  writeFileSync(join(folder, 'edited.json'), JSON.stringify({ ...certificate, digest: hash.digest('hex') }));
  return run('recheck', 'edited.json');
}

/** What JSON allows, and the type does not. */
const loosely = (value: unknown) => value as never;
const emptied = (certificate: Certificate, scope: Partial<Certificate['scope']>) =>
  Object.assign(certificate, { byProgram: {}, programs: 0, scope: { ...certificate.scope, ...scope } });

test('what nobody edited is verified', async () => {
  expect((await recheckOf('sound', () => {})).out).toMatch(
    /^verified: sound within 2 × 1: inet-peer-biased\n/,
  );
  expect((await recheckOf('equivalent', () => {})).out).toMatch(
    /^verified: equivalent within 2 × 1: inet-peer and inet-peer-biased\n/,
  );
});

test.each<[string, 'sound' | 'equivalent', (certificate: Certificate) => void, string]>([
  ['no threads', 'sound', (one) => emptied(one, { threads: 0 }), 'scope.threads'],
  ['no ops', 'equivalent', (one) => emptied(one, { ops: 0 }), 'scope.ops'],
  ['less than nothing', 'sound', (one) => emptied(one, { threads: -5 }), 'scope.threads'],
  ['more threads than run', 'sound', (one) => emptied(one, { threads: 1e6 }), 'scope.threads'],
  ['one side of two', 'equivalent', (one) => loosely(one.sides.pop()), 'is said of 2, not of 1'],
  ['a side too many', 'sound', (one) => loosely(one.sides.push(one.sides[0]!)), 'is said of 1, not of 2'],
  ['a claim of two as of one', 'equivalent', (one) => Object.assign(one, { claim: 'sound' }), 'is said of 1'],
  ['a claim of one as of two', 'sound', (one) => Object.assign(one, { claim: 'equivalent' }), 'is said of 2'],
  ['another discipline', 'sound', (one) => Object.assign(one, { discipline: 'free' }), 'discipline "free"'],
  [
    'states in one',
    'sound',
    (one) => Object.assign(one.scope, { states: ['idle,one', 'two'] }),
    'other ops or states',
  ],
  [
    'no target at all',
    'sound',
    (one) => Object.assign(one, { target: '/etc/passwd' }),
    'neither a target file nor',
  ],
])('%s: refused, by name of the certificate', async (_, name, edit, message) => {
  const { code, out, err } = await recheckOf(name, edit);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^refuzz: edited\.json: /);
  expect(err).toContain(message);
});

test.each<[string, (certificate: Certificate) => void, string]>([
  [
    'a scope that it could not hold',
    (one) => Object.assign(one.scope, { ops: 12 }),
    'lists: the certificate names 5;',
  ],
  [
    'other lists',
    (one) => Object.assign(one, { lists: one.lists.toReversed() }),
    'lists: the certificate names "gc"',
  ],
  ['no outcome', (one) => Object.assign(one, { sets: [[], ...one.sets.slice(1)] }), 'which is not listed'],
])('%s: contradicted', async (_, edit, message) => {
  const { code, out } = await recheckOf('sound', edit);
  expect(code).toBe(1);
  expect(out).toMatch(/^contradicted: /);
  expect(out).toContain(message);
});

test('sides are called what they are, and not what the certificate calls them', async () => {
  const renamed = (one: Certificate) => {
    for (const side of one.sides) Object.assign(side, { name: 'inet-peer-naive-gc' });
  };
  expect((await recheckOf('sound', renamed)).out).not.toContain('naive');
  expect((await recheckOf('equivalent', renamed)).out).not.toContain('naive');
});

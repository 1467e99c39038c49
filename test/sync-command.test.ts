import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatCase } from '../fuzz/case/case-file.ts';
import { loadCases } from '../fuzz/case/corpus.ts';
import { startRefuzz } from './refuzz.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'refuzz-sync-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => startRefuzz(args, { cwd: folder }).ended;
const place = (name: string) => join(folder, name);
const filesIn = (name: string) =>
  (readdirSync(place(name), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((one) => one.endsWith('.yaml'))
    .sort();
const textsIn = (name: string) => filesIn(name).map((one) => readFileSync(place(join(name, one)), 'utf8'));
const casesIn = (name: string) =>
  loadCases([place(name)])
    .map((one) => formatCase(one.case))
    .sort();

describe('two corpora', () => {
  beforeEach(() => {
    cpSync('corpus/canary', place('a/canary'), { recursive: true });
    cpSync('corpus/inet-peer-naive', place('b/inet-peer-naive'), { recursive: true });
  });

  test('the second gets what it lacks, once, and the first stays', async () => {
    const before = textsIn('a');
    const { code, out } = await run('corpus', 'sync', 'a', 'b', '--json');
    expect(code).toBe(0);
    expect(out).toContain(`b: ${before.length} new, 0 the same, 0 kept as they were\n`);
    expect(casesIn('b')).toEqual(expect.arrayContaining(casesIn('a')));
    expect(textsIn('a')).toEqual(before);
    const written = textsIn('b');
    expect((await run('corpus', 'sync', 'a', 'b')).out).toContain(`b: 0 new, ${before.length} the same`);
    expect(textsIn('b')).toEqual(written);
  });

  test('--both: afterwards they hold the same cases, and replay', async () => {
    expect((await run('corpus', 'sync', 'a', 'b', '--both')).code).toBe(0);
    expect(casesIn('a')).toEqual(casesIn('b'));
    expect((await run('replay', 'a', 'b')).code).toBe(0);
  }, 60_000);

  test('a different case of the same signature is never written over', async () => {
    await run('corpus', 'sync', 'a', 'b');
    const [first] = filesIn('b').filter((one) => one.startsWith('canary'));
    const text = readFileSync(place(`b/${first}`), 'utf8').replace(
      /why: >\n {2}.*/,
      'why: >\n  Mine, and better than yours.',
    );
    writeFileSync(place(`b/${first}`), text);
    const { code, out, err } = await run('corpus', 'sync', 'a', 'b');
    expect(code).toBe(0);
    expect(out).toContain('0 new');
    expect(out).toContain('1 kept as they were');
    expect(err).toContain(`b/${first} stays`);
    expect(readFileSync(place(`b/${first}`), 'utf8')).toBe(text);
  });

  test('what is no case is refused and told, and the others are copied', async () => {
    const [first] = filesIn('a');
    writeFileSync(place(`a/${first}`), 'case: 1\nnonsense: true\n');
    const all = filesIn('a').length;
    const { code, out, err } = await run('corpus', 'sync', 'a', 'b');
    expect(code).toBe(2);
    expect(out).toContain(`b: ${all - 1} new`);
    expect(err).toContain(`a/${first}:`);
    expect(existsSync(place(`b/${first}`))).toBe(false);
  });

  test('what lies in the place of a case is not written over, whatever it is', async () => {
    const [first] = filesIn('a');
    mkdirSync(dirname(place(`b/${first}`)), { recursive: true });
    writeFileSync(place(`b/${first}`), 'somebody is writing this\n');
    const { code } = await run('corpus', 'sync', 'a', 'b');
    expect(code).toBe(2);
    expect(readFileSync(place(`b/${first}`), 'utf8')).toBe('somebody is writing this\n');
  });

  test.each([
    [['a', 'a'], 'is both of the two'],
    [['none', 'b'], 'there is no such file'],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await run('corpus', 'sync', ...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe('two campaigns', () => {
  const fuzz = (state: string, seed: string, ...more: string[]) =>
    run(
      'fuzz',
      'canary',
      '--seed',
      seed,
      '--iterations',
      '600',
      '--state',
      state,
      '--corpus',
      `${state}-cases`,
      ...more,
    );

  test('the second takes the programs that show something new to it, and goes on', async () => {
    await fuzz('one', '1');
    await fuzz('two', '2');
    const { code, out } = await run('corpus', 'sync', 'one', 'two');
    expect(code).toBe(0);
    const [, taken, offered] = /^canary: (\d+) of (\d+) programs taken$/m.exec(out)!;
    expect(Number(taken)).toBeGreaterThan(0);
    expect(Number(taken)).toBeLessThan(Number(offered));
    expect((await run('corpus', 'sync', 'one', 'two')).out).toContain(
      `canary: 0 of ${offered} programs taken`,
    );
    const resumed = await run(
      'fuzz',
      '--resume',
      '--iterations',
      '900',
      '--state',
      'two',
      '--corpus',
      'two-cases',
    );
    expect(resumed.err).not.toContain('damaged');
    expect([0, 1]).toContain(resumed.code);
  }, 90_000);

  test('a campaign and a corpus do not go together', async () => {
    await fuzz('one', '1');
    const { code, err } = await run('corpus', 'sync', 'one', 'one-cases');
    expect(err).toContain('is a campaign, and the other is none');
    expect(code).toBe(2);
  }, 60_000);
});

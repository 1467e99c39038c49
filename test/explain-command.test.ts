import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCases } from '../fuzz/case/corpus.ts';
import { refuzz } from './refuzz.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-explain-'));
const CORPUS = join(FOLDER, 'corpus');
const own = (...args: string[]) => refuzz(['explain', ...args, '--corpus', CORPUS]);

beforeAll(async () => {
  for (const target of ['canary', 'inet-peer-naive-gc']) {
    const fuzzed = await refuzz(['fuzz', target, '--iterations', '300', '--seed', '2', '--corpus', CORPUS]);
    expect(fuzzed.code).toBe(1);
  }
}, 60_000);
afterAll(() => rmSync(FOLDER, { recursive: true }));

describe('explain', () => {
  test('a cause: what the code does, why it matters, how it shows, what to do', async () => {
    const { code, out } = await own('canary/dec_and_test-from-1-to-2');
    expect(code).toBe(0);
    const sections = ['What the code does', 'Why it matters', 'How it shows', 'What to do', 'Go on'];
    expect(out.split('\n').filter((line) => sections.some((section) => line.startsWith(section)))).toEqual([
      'What the code does',
      'Why it matters',
      'How it shows, in the smallest of 4 cases',
      'What to do',
      'Go on',
    ]);
    expect(out).toMatch(
      /dec_and_test, where the count is 1:\n +atomic +returns true, leaves count-1\n +canary +returns false/,
    );
    expect(out).toContain('breaks       canary goes wrong where atomic does not');
    expect(out).toContain('◀ diverges here');
    expect(out).toContain('A defect: mend it in canary');
  });

  test('its commands run', async () => {
    const { out } = await own('canary/dec_and_test-from-1-to-2');
    const commands = out.split('\n').filter((line) => line.startsWith('  refuzz '));
    expect(commands.length).toBe(5);
    for (const command of commands.filter((line) => !/export|explain/.test(line))) {
      const { code, err } = await refuzz(command.trim().split(' ').slice(1));
      // `check` exits with 1 where the two sides differ, and here they do.
      expect(code, `${command}\n${err}`).toBe(command.includes('check') ? 1 : 0);
    }
  });

  test('the same by its name alone, its folder, and one of its cases', async () => {
    const [first] = (await own('canary/inc_not_zero-in-races')).out.split('\n');
    const folder = join(CORPUS, 'canary', 'inc_not_zero-in-races');
    const names = ['inc_not_zero-in-races', folder, loadCases([folder])[0]!.path];
    for (const name of names) {
      const { code, out } = await own(name);
      expect(code, name).toBe(0);
      expect(out.split('\n')[0]).toBe(first);
      expect(out).toContain('Alone, inc_not_zero does what atomic does.');
    }
  });

  test('a target is told by its causes, a sentence each', async () => {
    const { out } = await own('canary');
    expect(out).toMatch(/^canary: 2 causes, \d+ signatures$/m);
    expect(out).toMatch(/^canary\/dec_and_test-from-1-to-2 {2}\(\d+ misses, \d+ breaks\)$/m);
    expect(out).toContain('inc_not_zero does alone what atomic does');
  });

  test('a case of a scheme says what befalls the object', async () => {
    const broken = loadCases([join(CORPUS, 'inet-peer-naive-gc')]).find(
      (stored) => stored.case.expect.divergence.judgement === 'breaks',
    )!;
    const { code, out } = await own(broken.path);
    expect(code).toBe(0);
    expect(out).toContain('The object is freed while somebody still holds it');
    expect(out).toContain('✗ freed-while-held');
  });

  test('as JSON', async () => {
    const [told] = JSON.parse((await own('canary/dec_and_test-from-1-to-2', '--json')).out);
    expect(told).toMatchObject({ target: 'canary', name: 'dec_and_test-from-1-to-2', ops: ['dec_and_test'] });
    expect(told.divergences.length).toBe(told.signatures);
  });

  // A name that nothing has, and the nearest.
  test.each([
    ['canary/dec_and_test-from-1-to-3', 'canary/dec_and_test-from-1-to-2'],
    ['inc_not_zero-in-race', 'inc_not_zero-in-races'],
    ['canry', 'canary'],
  ])('%s is unknown', async (name, nearest) => {
    const { code, err } = await own(name);
    expect(code).toBe(2);
    expect(err).toContain(`no case, cause or target is called "${name}"; did you mean "${nearest}"?`);
  });

  test('the corpus that comes with refuzz is known without saying so', async () => {
    const { code, out } = await refuzz(['explain', 'ip-vs-dest-naive'], { cwd: FOLDER });
    expect(code).toBe(0);
    expect(out).toContain('ip-vs-dest-naive');
  });
});

test('what a campaign says to type next is found, also where it is known of another target', async () => {
  const file = join(FOLDER, 'like.yaml');
  writeFileSync(
    file,
    'target: like\nabout: like another\nreference: atomic\nsubject: refcount/v5.5\nknown: refcount-v5.5\nops: [inc, read]\ninitial: [0, 1]\n',
  );
  const scope = ['--iterations', '50', '--seed', '1', '--state', join(FOLDER, 'state')];
  const fuzzed = await refuzz(['fuzz', file, ...scope]);
  expect(fuzzed.code, fuzzed.err).toBe(0);
  const next = /^next: refuzz explain (\S+)/m.exec(fuzzed.out)?.[1];
  expect(next).toBe('refcount-v5.5/add+inc-from-INT_MAX-to-0');
  expect((await refuzz(['explain', next!])).code).toBe(0);
});

test('a race is shown by one', async () => {
  const { out } = await own('canary/inc_not_zero-in-races');
  expect(out).toMatch(/How it shows.*thread 0 +thread 1.*What to do/s);
});

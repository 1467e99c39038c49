import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { refuzz } from './refuzz.ts';

const home = mkdtempSync(join(tmpdir(), 'refuzz-jsfuzz-command-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const corpus = join(home, 'corpus');
const state = join(home, 'state');
const canary = ['fuzz', 'canary', '--engine', 'jsfuzz', '--corpus', corpus, '--state', state];

test('findings are stored as they come, an interrupt is heard, and what was stored can be replayed', async () => {
  const signalAfter = /new {2}canary: inc_not_zero at interior, result, breaks {3}refuzz show /;
  const { code, out, err } = await refuzz([...canary, '--time', '5m', '--json'], { signalAfter });
  expect(code).toBe(130);
  expect(err).toMatch(signalAfter);
  const { engine, targets, divergences } = JSON.parse(out.trim().split('\n').at(-1)!);
  expect(engine).toBe('jsfuzz');
  expect(targets).toMatchObject([{ target: 'canary', crashes: 0, restarts: 0 }]);
  expect(targets[0].execs).toBeGreaterThan(0);
  expect(readdirSync(join(state, 'jsfuzz-canary', 'inputs'))).toHaveLength(targets[0].corpus);
  const stored = (readdirSync(join(corpus, 'canary'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file));
  expect(stored).toContain('inc-not-zero-interior-result-breaks.yaml');
  expect(divergences.length).toBeGreaterThanOrEqual(stored.length);
  const replayed = await refuzz(['replay', corpus]);
  expect(replayed.code).toBe(0);

  // What is known now is no news. The inputs that showed it are still there, and run first.
  const again = await refuzz([...canary, '--time', '1ms']);
  expect(again.code).toBe(3);
  expect(again.err).toContain('nothing was decided for canary; give it more time');
});

test.each([
  ['--seed', '1', 'jsfuzz has no seed'],
  ['--iterations', '5', 'give it --time'],
  ['--max-threads', '2', 'the target says how many threads'],
  ['--max-ops', '2', 'up to jsfuzz'],
])('%s is refused', async (option, value, why) => {
  const { code, err } = await refuzz([...canary, option, value]);
  expect(code).toBe(2);
  expect(err).toContain(`${option} does not go with --engine jsfuzz`);
  expect(err).toContain(why);
});

test('other engines have no such state, and no other engine is called jsfuz', async () => {
  const random = await refuzz(['fuzz', 'canary', '--state', state]);
  expect([random.code, random.err]).toEqual([
    2,
    expect.stringContaining('holds other files; name an empty folder'),
  ]);
  const unknown = await refuzz(['fuzz', 'canary', '--engine', 'jsfuz']);
  expect(unknown.code).toBe(2);
});

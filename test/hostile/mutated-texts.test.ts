import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { formatCase, parseCase } from '../../fuzz/case/case-file.ts';
import { filesBelow } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { parseTarget } from '../../targets/target/target-file.ts';
import { mutated } from './mutated-texts.ts';

/** Texts that were right, with some of it changed: each is read, or refused with a place and a sentence. */
const folder = mkdtempSync(join(tmpdir(), 'refuzz-mutated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `REFUZZ_MUTANTS=20` tries twenty times as many. */
const TIMES = Number(process.env.REFUZZ_MUTANTS ?? 1);
const SEED = 20_251_130;

const texts = (files: readonly string[]): string[] => files.map((file) => readFileSync(file, 'utf8'));
const CASES = texts(
  filesBelow('corpus', { isFile: (name) => name.endsWith('.yaml') }).filter((_, at) => at % 40 === 0),
);
const TARGETS = texts(
  readdirSync('targets').flatMap((name) => (name.endsWith('.yaml') ? join('targets', name) : [])),
);

/** How many were read, and how many refused. */
function readAll(
  base: readonly string[],
  count: number,
  read: (text: string) => void,
): readonly [number, number] {
  const counts: [number, number] = [0, 0];
  for (let iteration = 0; iteration < count; iteration++) {
    const text = mutated(base, SEED, iteration);
    try {
      read(text);
      counts[0]++;
    } catch (error) {
      if (!(error instanceof InputError))
        throw new Error(`iteration ${iteration}: ${text}`, { cause: error });
      counts[1]++;
    }
  }
  return counts;
}

function toldAll(what: string, ...asked: Parameters<typeof readAll>): readonly [number, number] {
  const [right, wrong] = readAll(...asked);
  if (TIMES > 1) process.stderr.write(`${what}: ${right} read, ${wrong} refused\n`);
  return [right, wrong];
}

interface Ran {
  readonly code: number;
  readonly said: string;
  readonly megabytes: number;
  readonly milliseconds: number;
}

/** Of a long run, for whoever let it run. */
function tell(what: string, found: readonly Ran[]): void {
  const counts = new Map<number, number>();
  for (const { code } of found) counts.set(code, (counts.get(code) ?? 0) + 1);
  const codes = [...counts]
    .sort(([one], [other]) => one - other)
    .map(([code, times]) => `${times} × ${code}`);
  const most = (value: (ran: Ran) => number) => Math.max(...found.map(value));
  process.stderr.write(
    `${what}: ${found.length}; exit codes ${codes.join(', ')}; slowest ${most(({ milliseconds }) => milliseconds)} ms; peak ${most(({ megabytes }) => megabytes)} MB\n`,
  );
}

test('cases are read, and written as they are read; or are refused', { timeout: 300_000 * TIMES }, () => {
  const [right, wrong] = toldAll('cases', CASES, 1500 * TIMES, (text) => {
    const written = formatCase(parseCase('c.yaml', text));
    expect(formatCase(parseCase('c.yaml', written))).toBe(written);
  });
  expect(right).toBeGreaterThan(25 * TIMES);
  expect(wrong).toBeGreaterThan(500 * TIMES);
});

test('target files are read, or refused', { timeout: 300_000 * TIMES }, () => {
  const [right, wrong] = toldAll('target files', TARGETS, 1500 * TIMES, (text) => {
    const name = /^target: *(\S+)/m.exec(text)?.[1] ?? 'x';
    parseTarget(`${name}.yaml`, text);
  });
  expect(right).toBeGreaterThan(25 * TIMES);
  expect(wrong).toBeGreaterThan(500 * TIMES);
});

test('C sources are checked, or refused, or undecided; none is a bug of refuzz', {
  timeout: 600_000 * TIMES,
}, () => {
  const sources = texts([
    'docs/examples/c/inet-peer/before.c',
    'docs/examples/c/inet-peer/naive.c',
    'targets/c/build/kernel-kref.c',
  ]);
  const argvs = Array.from({ length: 10 * TIMES }, (_, iteration) => {
    const [before, after] = [join(folder, `before-${iteration}.c`), join(folder, `after-${iteration}.c`)];
    writeFileSync(before, sources[0]!);
    writeFileSync(after, mutated(sources, SEED, iteration));
    const size = ['--threads', '1', '--ops', '1', '--workers', '1', '--limit', '2000'];
    const places = [
      '--corpus',
      join(folder, `corpus-${iteration}`),
      '--state',
      join(folder, `state-${iteration}`),
    ];
    return ['check', ...size, ...places, '--before', before, '--after', after];
  });
  const child = resolve('test/hostile/special-files-child.mjs');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [child, resolve('dist/cli/command-line.js'), ...argvs.map((argv) => JSON.stringify(argv))],
    {
      encoding: 'utf8',
      timeout: 500_000 * TIMES,
      env: { ...process.env, REFUZZ_CACHE: join(folder, 'cache') },
    },
  );
  expect(status, stderr).toBe(0);
  const found = stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as Ran);
  expect(found).toHaveLength(argvs.length);
  if (TIMES > 1) tell('C sources', found);
  const wrong = found.flatMap(({ code, said, megabytes }, at) =>
    [0, 1, 2, 3].includes(code) && megabytes < 700 ? [] : [`${at}: ${code}, ${megabytes} MB: ${said}`],
  );
  expect(wrong).toEqual([]);
});

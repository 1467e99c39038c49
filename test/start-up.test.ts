import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { casesForLater } from '../fuzz/case/cases-read-earlier.ts';
import { loadCases } from '../fuzz/case/corpus.ts';
import { readForLater } from '../targets/target/built-in-targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-start-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Tells at the end which files were loaded: by import, and by require. */
const WATCH = join(folder, 'watch.mjs');
const HOOKS = `
import { writeSync } from 'node:fs';
export async function load(url, context, next) { writeSync(2, '\\nLOADED ' + url + '\\n'); return next(url, context); }
`;
writeFileSync(join(folder, 'hooks.mjs'), HOOKS);
writeFileSync(
  WATCH,
  `import module, { register } from 'node:module';
register('./hooks.mjs', import.meta.url);
process.on('exit', () => {
  for (const file of Object.keys(module._cache)) process._rawDebug('LOADED file://' + file);
});
`,
);

/** Files that a command loads, relative to the package. */
function loadedBy(...args: string[]): string[] {
  return filesLoaded(['dist/cli/main.js', ...args]);
}

/** The same for a program of Node. */
function filesLoaded(args: readonly string[]): string[] {
  const command = ['--import', WATCH, ...args];
  const { stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(status, stderr).toBeLessThan(2);
  const urls = [...stderr.matchAll(/^LOADED file:\/\/(.+)$/gm)].map(([, path]) => path!);
  return [...new Set(urls.map((path) => relative(resolve('.'), path)))].filter(
    (path) => !path.startsWith('..'),
  );
}

const PROGRAM = ['check', 'refcount-v5.5', '--program', '0: inc | read'];

describe('a command loads what it needs', () => {
  test('--help loads the table of commands, and no package', () => {
    const loaded = loadedBy('--help');
    expect(loaded).toContain('dist/cli/main.js');
    expect(loaded.filter((path) => path.startsWith('node_modules'))).toEqual([]);
    expect(loaded.length, loaded.join('\n')).toBeLessThan(8);
  });

  test('a program of a built-in target needs neither zod nor yaml, and few files', () => {
    const loaded = loadedBy(...PROGRAM);
    expect(loaded).toContain('dist/chunks/core.js');
    expect(loaded.filter((path) => /^node_modules|(zod|yaml)\.cjs$/.test(path))).toEqual([]);
    expect(loaded.length, loaded.join('\n')).toBeLessThan(16);
  });

  test('a case file needs both, a file each', () => {
    const stored = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';
    const loaded = loadedBy('show', stored);
    expect(loaded).toEqual(expect.arrayContaining(['dist/chunks/zod.cjs', 'dist/chunks/yaml.cjs']));
    expect(loaded.filter((path) => path.startsWith('node_modules'))).toEqual([]);
  });
});

describe('built-in targets are read by the build', () => {
  test('all of them, as they are', () => {
    const { path, text } = readForLater();
    expect(readFileSync(path, 'utf8'), 'npm run build').toBe(text);
  });

  test('one that was edited since is read anew', () => {
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    for (const part of ['dist', 'targets', 'package.json'])
      cpSync(part, join(copy, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    const file = join(copy, 'targets', 'pax.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^about: .*$/m, 'about: edited since'));
    const run = () =>
      spawnSync(process.execPath, [join(copy, 'dist/cli/main.js'), 'targets'], { encoding: 'utf8' });
    expect(run().stdout).toContain('edited since');
    writeFileSync(file, 'target: pax\nabot: x\n');
    const { status, stderr } = run();
    expect(status).toBe(2);
    expect(stderr).toContain('unknown key "abot"');
  });
});

describe('the shipped cases are read by the build', () => {
  test('all of them, as they are', () => {
    const stored = loadCases(['corpus']).map((one) => ({ ...one, text: readFileSync(one.path, 'utf8') }));
    const { path, text } = casesForLater(stored);
    expect(readFileSync(path, 'utf8'), 'npm run build').toBe(text);
  });

  test('so a campaign opens without a reader of YAML', () => {
    const code = `
      const { startCampaign, systemHost } = await import('./dist/index.js');
      const state = ${JSON.stringify(join(folder, 'state'))};
      (await startCampaign(['refcount-v4.11'], { seed: 1, state, host: systemHost })).close();
    `;
    const loaded = filesLoaded(['--input-type=module', '-e', code]);
    expect(loaded).toContain('dist/index.js');
    expect(loaded.filter((path) => /^node_modules.yaml|yaml\.cjs$/.test(path))).toEqual([]);
  });

  test('one that was edited since, or lies where it does not belong, is looked at', () => {
    const corpus = join(folder, 'cases');
    const search = (state: string) =>
      spawnSync(
        process.execPath,
        [
          ...['dist/cli/main.js', 'fuzz', 'canary', '--iterations', '1', '--seed', '1', '--workers', '1'],
          ...['--corpus', corpus, '--state', join(folder, state)],
        ],
        { encoding: 'utf8' },
      );
    mkdirSync(join(corpus, 'canary'), { recursive: true });
    const shipped = loadCases(['corpus/pax'])[0]!;
    const text = readFileSync(shipped.path, 'utf8');
    const file = join(corpus, 'canary', 'case.yaml');
    writeFileSync(file, text);
    expect(search('one')).toMatchObject({ status: 2, stderr: expect.stringContaining('is a case of pax') });
    writeFileSync(file, text.replace(/^why:/m, 'wy:'));
    expect(search('two')).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown key "wy"') });
  });
});

test('an internal error names functions', () => {
  const { stderr } = spawnSync(
    process.execPath,
    ['-e', "import('./dist/index.js').then(({ harnessOf }) => harnessOf(undefined))"],
    { encoding: 'utf8' },
  );
  expect(stderr).toMatch(/at harnessOf \(.*dist\/chunks\/core\.js:\d+:\d+\)/);
});

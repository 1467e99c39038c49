import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../export/format-names.ts';

/** A project that has refuzz and fast-check, as after `npm install`: of refuzz only what is packed. */
const PROJECT = mkdtempSync(join(tmpdir(), 'refuzz-project-'));
const PACKAGE = join(PROJECT, 'node_modules', 'refuzz');
const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));
const { exports: EXPORTS, dependencies, optionalDependencies, devDependencies } = MANIFEST;
/** What a program of somebody's needs to be typed. */
const TYPES = ['@types/node', 'fast-check', 'typescript'];

beforeAll(async () => {
  if (!existsSync('dist/fast-check.js'))
    throw new Error('dist/ is missing: run npm run build (npm test does)');
  mkdirSync(PACKAGE, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', PROJECT], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await extract({ file: join(PROJECT, JSON.parse(packed)[0].filename), cwd: PACKAGE, strip: 1 });
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...TYPES]) {
    const link = join(PROJECT, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(resolve('node_modules', name), link);
  }
  writeFileSync(join(PROJECT, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
}, 120_000);
afterAll(() => rmSync(PROJECT, { recursive: true }));

/** Files of the package, without folders. */
function packedFiles(): string[] {
  const names = readdirSync(PACKAGE, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(PACKAGE, name)).isFile());
}

function node(file: string, args: readonly string[] = []) {
  // What others have compiled here must not stand in for a compiler that is not packed.
  const env = { ...process.env, REFUZZ_CACHE: join(PROJECT, 'cache') };
  const options: ExecFileSyncOptions = { cwd: PROJECT, encoding: 'utf8', env };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], options);
  return { code: status, out: String(stdout), err: String(stderr) };
}

const C = join(PACKAGE, 'docs/examples/c/inet-peer/before.c');
const refuzz = (...args: string[]) => node(join(PACKAGE, MANIFEST.bin.refuzz), args);

describe('what is packed', () => {
  test('has what the exports name, types and code', () => {
    for (const entry of Object.values<Record<string, string> | string>(EXPORTS)) {
      for (const path of typeof entry === 'string' ? [entry] : Object.values(entry))
        expect(existsSync(join(PACKAGE, path)), path).toBe(true);
    }
    expect(MANIFEST.peerDependencies['fast-check']).toBe(devDependencies['fast-check']);
    expect(MANIFEST.peerDependenciesMeta['fast-check'].optional).toBe(true);
  });

  test('has no module twice: what is bundled is not there by itself', () => {
    const files = packedFiles().filter((name) => /^dist\/(?!chunks\/|cjs\/).*\.js$/.test(name));
    // The files by which refuzz is entered; nearly all of the code lies in chunks.
    expect(files.length).toBeLessThan(13);
    for (const name of files) expect(readFileSync(join(PACKAGE, name), 'utf8'), name).toContain('chunks/');
  });

  test('has no tests, benchmarks or sources', () => {
    expect(packedFiles().filter((name) => /(^|\/)(test|bench)\/|\.test\.|(?<!\.d)\.ts$/.test(name))).toEqual(
      [],
    );
  });

  test('is small', () => {
    const bytes = packedFiles().reduce((sum, name) => sum + statSync(join(PACKAGE, name)).size, 0);
    expect(bytes).toBeLessThan(7_900_000);
  });
});

describe('a project', () => {
  test('imports refuzz and refuzz/fast-check', () => {
    const file = join(PROJECT, 'script.mjs');
    writeFileSync(
      file,
      `
import fc from 'fast-check';
import { harnessOf } from 'refuzz';
import { assertEquivalent, pairTarget, programs } from 'refuzz/fast-check';

const { programs: count } = assertEquivalent('inet-peer', 'inet-peer-biased', { numRuns: 50 });
const [program] = fc.sample(programs(harnessOf(pairTarget('atomic', 'pax'))), { seed: 1, numRuns: 1 });
console.log(count, fc.stringify(program).includes(': '));
`,
    );
    expect(node(file)).toEqual({ code: 0, out: '50 true\n', err: '' });
  });

  test('requires refuzz/jsfuzz', () => {
    const file = join(PROJECT, 'script.cjs');
    writeFileSync(file, "console.log(Object.keys(require('refuzz/jsfuzz')).length > 0);\n");
    expect(node(file)).toEqual({ code: 0, out: 'true\n', err: '' });
  });

  test('finds every type', () => {
    // What is data has no types.
    const names = Object.keys(EXPORTS).filter((name) => !name.endsWith('.json'));
    const lines = names.map((name, at) => `export * as part${at} from '${name.replace('.', 'refuzz')}';`);
    writeFileSync(join(PROJECT, 'typed.ts'), `${lines.join('\n')}\n`);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const { out, code } = node(resolve('node_modules/typescript/bin/tsc'), [...options, 'typed.ts']);
    expect(out).toBe('');
    expect(code).toBe(0);
  });
});

describe('the command', () => {
  const small = ['--threads', '2', '--ops', '1'];
  test.each([
    ['searches on worker threads', ['fuzz', 'canary', '--iterations', '64', '--corpus', 'a'], 1],
    ['races', ['fuzz', 'refcount-v5.5', '--engine', 'threads', '--iterations', '4'], 0],
    ['searches with jsfuzz', ['fuzz', 'canary', '--engine', 'jsfuzz', '--time', '8s', '--corpus', 'c'], 1],
    ['checks on worker threads', ['check', 'canary', '--workers', '2', ...small, '--corpus', 'b'], 1],
    ['asks about one side', ['check', 'inet-peer-naive', '--alone', ...small], 1],
    ['compiles C', ['check', C, ...small], 0],
    ['replays the corpus of the package', ['replay', join(PACKAGE, 'corpus', 'canary')], 0],
    ['explains', ['explain', 'canary'], 0],
    ['audits', ['audit', join(PACKAGE, 'docs', 'examples', 'audit', 'driver')], 1],
    ['lists targets', ['targets'], 0],
  ])('%s', (_about, args, code) => {
    const ran = refuzz(...args);
    expect(ran.err).not.toContain('internal:');
    expect(ran.code, ran.err + ran.out).toBe(code);
  });

  test('finds all that its worker threads need', () => {
    const workers = packedFiles().filter((name) => /^dist\/(fuzz|audit|convert)\/.*-worker\.js$/.test(name));
    expect(workers).toHaveLength(7);
    for (const name of workers)
      expect(node(join(PACKAGE, name)).err, name).toContain(
        'internal: serveJobs is called outside of a worker',
      );
  });

  test('exports a case in every format', () => {
    const folder = join(PACKAGE, 'corpus', 'canary');
    const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((one) =>
      one.endsWith('.yaml'),
    )!;
    for (const format of FORMAT_NAMES) {
      const ran = refuzz('export', join(folder, name), '--to', format, '-o', join(PROJECT, `out-${format}`));
      expect(ran.err, format).not.toContain('internal:');
      expect([0, 2], ran.err).toContain(ran.code);
    }
    expect(readFileSync(join(PROJECT, 'out-mjs'), 'utf8')).toContain('SharedArrayBuffer');
  });
});

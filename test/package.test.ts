import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** A project that has refuzz and fast-check, as after `npm install`. */
const PROJECT = mkdtempSync(join(tmpdir(), 'refuzz-project-'));
mkdirSync(join(PROJECT, 'node_modules'));
writeFileSync(join(PROJECT, 'package.json'), '{ "name": "project", "private": true }');
symlinkSync(resolve('.'), join(PROJECT, 'node_modules', 'refuzz'));
symlinkSync(resolve('node_modules/fast-check'), join(PROJECT, 'node_modules', 'fast-check'));
afterAll(() => rmSync(PROJECT, { recursive: true }));

const SCRIPT = `
import fc from 'fast-check';
import { harnessOf } from 'refuzz';
import { assertEquivalent, pairTarget, programs } from 'refuzz/fast-check';

const { programs: count } = assertEquivalent('inet-peer', 'inet-peer-biased', { numRuns: 50 });
const [program] = fc.sample(programs(harnessOf(pairTarget('atomic', 'pax'))), { seed: 1, numRuns: 1 });
console.log(count, fc.stringify(program).includes(': '));
`;

test('a project imports refuzz/fast-check from the built package', () => {
  if (!existsSync('dist/fast-check.js'))
    throw new Error('dist/ is missing: run npm run build (npm test does)');
  const file = join(PROJECT, 'script.mjs');
  writeFileSync(file, SCRIPT);
  expect(execFileSync(process.execPath, [file], { cwd: PROJECT, encoding: 'utf8' })).toBe('50 true\n');
});

test('what the exports name is built and packed, types and code', () => {
  const { exports, files, peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  for (const entry of Object.values<Record<string, string> | string>(exports)) {
    for (const path of typeof entry === 'string' ? [entry] : Object.values(entry))
      expect(existsSync(path), path).toBe(true);
  }
  expect(files).toContain('dist');
  expect(peerDependencies['fast-check']).toBe(devDependencies['fast-check']);
  expect(peerDependenciesMeta['fast-check'].optional).toBe(true);
});

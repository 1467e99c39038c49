import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';

const cwd = mkdtempSync(join(tmpdir(), 'refuzz-seen-'));
afterAll(() => rmSync(cwd, { recursive: true }));

test('a session tells each divergence when it is met, and again as a case', () => {
  const args = ['fuzz', 'canary', '--iterations', '40', '--seed', '1', '--workers', '1', '--corpus', 'cases'];
  const { stderr } = spawnSync(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    cwd,
    encoding: 'utf8',
  });
  const lines = stderr.split('\n').filter((line) => /^(seen|new) {2}/.test(line));
  const told = lines.map((line) => line.replace(/ {3}refuzz show.*/, ''));
  const seen = told.filter((line) => line.startsWith('seen'));
  const found = told.filter((line) => line.startsWith('new'));
  expect(seen.length).toBeGreaterThan(3);
  // Each once, and before it is a case.
  expect(new Set(seen).size).toBe(seen.length);
  for (const line of seen) {
    const asCase = line.replace('seen', 'new');
    expect(found).toContain(asCase);
    expect(told.indexOf(line)).toBeLessThan(told.indexOf(asCase));
  }
});

test('a campaign of the library tells before it minimises', () => {
  const target = loadBuiltInTargets().find(({ name }) => name === 'canary')!;
  const told: string[] = [];
  const campaign = campaignOf(harnessOf(target), {
    seed: 1,
    known: new Set(),
    onSeen: ({ divergence, program }) => {
      expect(program.threads.length).toBeGreaterThan(0);
      told.push(`seen ${signatureOf(divergence)}`);
    },
  });
  for (const { signature } of campaign.batch(8)) told.push(`found ${signature}`);
  expect(told[0]).toMatch(/^seen /);
  const [, first] = told[0]!.split(' ');
  expect(told).toContain(`found ${first}`);
});

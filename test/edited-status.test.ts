import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CampaignStatus } from '../fuzz/campaign/campaign-status.ts';
import { sealed, unsealed } from '../fuzz/storage/sealed.ts';
import { refuzz } from './refuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-status-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a status that somebody has edited, and sealed again, is as good as none', async () => {
  const run = (...args: string[]) => refuzz(args, { cwd: folder });
  await run('fuzz', 'canary', '--iterations', '50', '--seed', '1', '--state', 'state', '--workers', '1');
  const text = readFileSync(join(folder, 'state/status.json'), 'utf8');
  const status = unsealed(text.trimEnd()) as CampaignStatus;
  expect((await run('status', '--state', 'state')).code).toBe(0);
  const [target] = status.targets;
  expect(target?.causes?.length).toBeGreaterThan(0);
  const edits = [
    { ...status, targets: [{ ...target, causes: [null] }] },
    { ...status, counts: null },
    { ...status, targets: 'none' },
  ];
  for (const [at, edited] of edits.entries()) {
    const state = `state-${at}`;
    cpSync(join(folder, 'state'), join(folder, state), { recursive: true });
    writeFileSync(join(folder, state, 'status.json'), sealed(edited));
    const { code, err } = await run('status', '--state', state);
    expect({ code, err }).toEqual({
      code: 2,
      err: `refuzz: ${state}: has no status yet; ask again in a second\n`,
    });
  }
}, 60_000);

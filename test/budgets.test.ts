import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Host } from '../fuzz/workers/host.ts';
import { resumeCampaign, startCampaign, systemHost } from '../index.ts';
import { casesIn, rawFindingsIn } from './campaign-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-budgets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newPlaces = () => {
  const folder = join(root, String(folders++));
  return { corpus: join(folder, 'corpus'), state: join(folder, 'state') };
};

const source = (name: string) => `test/c/budgets/${name}.c`;

/** Whose timers all come after the same short while, in the order in which they would have come. */
function hasty(milliseconds: number): Host {
  return {
    ...systemHost,
    after: (due, act) => (Number.isFinite(due) ? systemHost.after(milliseconds + due / 1e6, act) : () => {}),
  };
}

async function ended(campaign: Awaited<ReturnType<typeof startCampaign>>) {
  for await (const _ of campaign.run());
  return campaign.summary;
}

// Iteration 0 of the first takes a minute, and the op of the second is stopped again and again.
test.each([
  ['busy', 'plain'],
  ['plain', 'lost'],
])(
  'a campaign of %s against %s ends when it is told, and can go on',
  async (before, after) => {
    const places = newPlaces();
    const code = { before: source(before), after: source(after) };
    const options = { ...places, code, seed: 1, workers: 2, time: 60_000, host: hasty(500) };
    const first = await ended(await startCampaign([], options));
    expect(first).toMatchObject({ ending: 'done', unsaved: [] });
    expect(existsSync(join(places.state, 'lock'))).toBe(false);
    const again = await ended(
      await resumeCampaign({ ...places, workers: 1, time: 60_000, host: hasty(500) }),
    );
    expect(again.counts.iterations).toBeGreaterThanOrEqual(first.counts.iterations);
    expect(again.left.map(({ path }) => path).every((path) => existsSync(path))).toBe(true);
  },
  120_000,
);

test('what a campaign that ended in the middle leaves, those after it find', async () => {
  const what = { seed: 6, iterations: 40, workers: 2 };
  const whole = newPlaces();
  await ended(await startCampaign(['inet-peer-naive'], { ...whole, ...what, host: systemHost }));
  const places = newPlaces();
  const begun = { ...places, ...what, time: 60_000 };
  let summary = await ended(await startCampaign(['inet-peer-naive'], { ...begun, host: hasty(300) }));
  let cut = 0;
  for (let patience = 400; summary.counts.iterations < 40 || summary.left.length > 0; patience *= 2) {
    cut++;
    expect(rawFindingsIn(places.state).length).toBe(summary.left.length);
    summary = await ended(await resumeCampaign({ ...begun, host: hasty(patience) }));
  }
  expect(cut).toBeGreaterThan(0);
  expect(summary.counts.iterations).toBe(40);
  expect([...casesIn(places.corpus).keys()]).toEqual([...casesIn(whole.corpus).keys()]);
}, 120_000);

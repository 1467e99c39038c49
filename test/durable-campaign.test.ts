import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CampaignEvent, InputError, resumeCampaign, startCampaign, systemHost } from '../index.ts';
import { casesIn, json, rawFindingsIn } from './campaign-folders.ts';
import { refuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-durable-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newPlaces = () => {
  const folder = join(root, String(folders++));
  return { corpus: join(folder, 'corpus'), state: join(folder, 'state') };
};

const TARGETS = ['refcount-v4.11', 'inet-peer-naive'];
const host = systemHost;

async function eventsIn(events: AsyncIterable<CampaignEvent>): Promise<CampaignEvent[]> {
  const all: CampaignEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

let found: Promise<ReadonlyMap<string, string>> | undefined;

/** The cases of the same campaign, run by the command line. */
function commandLine(): Promise<ReadonlyMap<string, string>> {
  const run = async () => {
    const { corpus, state } = newPlaces();
    const args = ['--seed', '6', '--iterations', '150', '--state', state, '--corpus', corpus];
    expect((await refuzz(['fuzz', ...TARGETS, ...args])).code).toBe(1);
    return casesIn(corpus);
  };
  found ??= run();
  return found;
}

describe('a durable campaign from a script', () => {
  test('in two sessions finds, byte for byte, what the command line finds in one', async () => {
    const whole = await commandLine();
    const places = { ...newPlaces(), host, workers: 2 };
    const begun = await startCampaign(TARGETS, { ...places, seed: 6, iterations: 70 });
    expect(begun.header).toMatchObject({ seed: 6, targets: TARGETS });
    for (const event of await eventsIn(begun.run()))
      if (event.kind === 'found') expect(existsSync(event.path)).toBe(true);
    const resumed = await resumeCampaign({
      ...places,
      iterations: 150,
      asked: { targets: TARGETS, seed: 6 },
    });
    const events = await eventsIn(resumed.run());
    const { summary } = resumed;
    expect(events.at(-1)).toEqual({ kind: 'ended', summary });
    expect(summary).toMatchObject({ ending: 'done', counts: { iterations: 300 } });
    expect([...casesIn(places.corpus)]).toEqual([...whole]);
    expect(summary.fresh).toBe(whole.size);
    expect(summary.met.filter(({ isNew }) => isNew).length).toBe(summary.fresh);
  });

  // What was met is made a case at once, though its round is not over. So which iteration a case names may differ.
  test('interrupted and resumed finds the same divergences', async () => {
    const whole = await commandLine();
    const stop = new AbortController();
    // However slow the machine is, there is time to make cases.
    const patient = { ...host, after: () => () => {} };
    const places = { ...newPlaces(), host: patient, iterations: 150, workers: 2 };
    const begun = await startCampaign(TARGETS, { ...places, seed: 6, signal: stop.signal });
    const first: CampaignEvent[] = [];
    for await (const event of begun.run()) {
      first.push(event);
      if (event.kind === 'found') stop.abort();
    }
    expect(first.at(-1)).toMatchObject({ kind: 'ended', summary: { ending: 'interrupted', unsaved: [] } });
    expect(existsSync(join(places.state, 'lock'))).toBe(false);
    expect(rawFindingsIn(places.state)).toEqual([]);
    expect(json(join(places.state, 'status.json')).state).toBe('interrupted');
    const resumed = await resumeCampaign(places);
    await eventsIn(resumed.run());
    expect(resumed.summary.counts.iterations).toBe(300);
    expect([...casesIn(places.corpus).keys()]).toEqual([...whole.keys()]);
  });

  test('whose consumer leaves ends, and lets another session have it', async () => {
    const places = { ...newPlaces(), host, workers: 1 };
    const campaign = await startCampaign(['refcount-v4.11'], { ...places, seed: 1 });
    for await (const event of campaign.run()) if (event.kind === 'found') break;
    expect(campaign.summary.ending).toBe('interrupted');
    const again = await resumeCampaign({ ...places, iterations: 0 });
    await eventsIn(again.run());
    expect(again.summary.fresh).toBeGreaterThan(0);
  });

  test('takes its time from the clock that it is given', async () => {
    let now = 0;
    const timers: { due: number; act: () => void }[] = [];
    const wound = {
      now: () => now,
      date: () => 'today',
      memory: () => 7,
      after(milliseconds: number, act: () => void) {
        const timer = { due: now + milliseconds, act };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
      every: (milliseconds: number, act: () => void) => wound.after(milliseconds, act),
    };
    const places = newPlaces();
    const campaign = await startCampaign(['pax'], {
      ...places,
      host: wound,
      seed: 1,
      time: 86_400_000,
      workers: 1,
    });
    for await (const event of campaign.run()) {
      if (event.kind !== 'found') continue;
      now = 86_400_000;
      for (const { act } of timers.filter(({ due }) => due <= now)) act();
    }
    expect(campaign.summary).toMatchObject({ ending: 'done', seconds: 86_400 });
    expect(campaign.status).toMatchObject({ state: 'done', memory: 7, left: 0 });
    expect(timers).toEqual([]);
    expect(json(join(places.state, 'status.json')).session).toBe(86_400);
  });

  test('is refused for a wrong name, before anything is written', async () => {
    const places = newPlaces();
    await expect(startCampaign(['paxx'], { ...places, host, seed: 1 })).rejects.toThrow(InputError);
    expect(existsSync(places.state)).toBe(false);
  });

  test('is one at a time, and is resumed as it was started', async () => {
    const places = newPlaces();
    const campaign = await startCampaign(['pax'], { ...places, host, seed: 1 });
    campaign.close();
    const asked = { seed: 2 };
    await expect(resumeCampaign({ ...places, host, asked })).rejects.toThrow('was started with --seed 1');
    await expect(startCampaign(['pax'], { ...places, host, seed: 1 })).rejects.toThrow('holds a campaign');
    (await resumeCampaign({ ...places, host })).close();
  });
});

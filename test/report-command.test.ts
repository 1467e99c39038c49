import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { PageData } from '../export/page/page-data.ts';
import { refuzz } from './refuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-report-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function dataIn(file: string): PageData {
  const packed = /id="data">([^<]*)</.exec(readFileSync(file, 'utf8'))![1]!;
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString());
}

describe('refuzz report', () => {
  test('writes what a corpus holds, the same each time', async () => {
    const report = (name: string) => refuzz(['report', '--corpus', 'corpus/canary', '--output', at(name)]);
    const [one, other] = [await report('one'), await report('other')];
    expect(one.code).toBe(0);
    expect(one.out).toMatch(/one\/index\.html: 2 causes, 12 cases; \d+ kB, needs no network\n$/);
    expect(other.code).toBe(0);
    expect(readFileSync(at('one/index.html'), 'utf8')).toBe(readFileSync(at('other/index.html'), 'utf8'));
    const { causes, cases, campaign } = dataIn(at('one/index.html'));
    expect(campaign).toBeUndefined();
    expect(causes.flatMap((cause) => cause.cases).sort()).toEqual(cases.map(({ id }) => id).sort());
  });

  test('shows a campaign, what it met, and what is new', async () => {
    const own = ['--state', at('state'), '--corpus', at('corpus')];
    await refuzz(['fuzz', 'canary', '--seed', '1', '--iterations', '300', ...own]);
    expect((await refuzz(['report', ...own, '--output', at('campaign')])).code).toBe(0);
    const { campaign, causes } = dataIn(at('campaign/index.html'));
    expect(campaign).toMatchObject({ state: 'done', seed: 1 });
    expect(campaign!.targets[0]).toMatchObject({ name: 'canary', known: 0 });
    expect(causes.map(({ isNew }) => isNew)).toEqual(causes.map(() => true));
    // Each cause that was met leads to its page.
    expect(campaign!.causes.map(({ id }) => id)).toEqual(expect.arrayContaining(causes.map(({ id }) => id)));
    expect(campaign!.series.at(-1)!.causes).toBe(causes.length);
  });

  test('says what could not be read, and shows the rest', async () => {
    mkdirSync(at('mixed/canary'), { recursive: true });
    writeFileSync(at('mixed/canary/broken.yaml'), 'case: 2\ntarget: [');
    writeFileSync(
      at('mixed/canary/foreign.yaml'),
      readFileSync('corpus/inet-peer-naive/gc-at-0/gc-zero-result-false-alarm.yaml', 'utf8').replace(
        'target: inet-peer-naive',
        'target: nowhere',
      ),
    );
    const ran = await refuzz(['report', '--corpus', at('mixed'), '--output', at('mixed-page')]);
    expect(ran.code).toBe(0);
    const { cases, notes } = dataIn(at('mixed-page/index.html'));
    expect(cases.map(({ runs, note }) => [runs.length, note!.slice(0, 19)])).toEqual([
      [0, 'The code of nowhere'],
    ]);
    expect(notes.join()).toMatch(/broken\.yaml/);
    expect(notes.join()).toMatch(/unknown target "nowhere"/);
    expect(ran.err).toMatch(/broken\.yaml/);
  });

  test('takes programs of the user’s, and refuses what is none', async () => {
    const args = ['report', '--corpus', 'corpus/canary', '--output', at('own')];
    expect((await refuzz([...args, '--program', '3: dec | dec'])).code).toBe(0);
    expect(dataIn(at('own/index.html')).matrix!.rows[0]).toMatchObject({
      program: '3: dec | dec',
      about: 'yours',
    });
    const wrong = await refuzz([...args, '--program', '3: decc']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('decc');
  });
});

test('check writes the states of a program, and refuses a page of everything', async () => {
  const ran = await refuzz([
    'check',
    'canary',
    '--program',
    '1: dec_and_test | read',
    '--output',
    at('states.html'),
  ]);
  expect(ran.err).toContain('wrote');
  expect(dataIn(at('states.html')).space!.sides.map(({ side }) => side)).toEqual(['reference', 'subject']);
  const scope = await refuzz(['check', 'canary', '--output', at('scope.html')]);
  expect(scope.code).toBe(2);
  expect(scope.err).toContain('--output goes with --program, --case or --sweep');
  const two = await refuzz(['check', 'canary', 'pax', '--sweep', '--output', at('two.html')]);
  expect(two.code).toBe(2);
});

test.each([
  '0.0.0.0',
  '::',
  '0',
  'example.org',
  '10.255.255.254',
])('ui does not listen on %s', async (host) => {
  const ran = await refuzz(['ui', '--corpus', 'corpus/canary', '--host', host]);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('--host');
});

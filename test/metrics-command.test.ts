import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { METRICS } from '../export/report/engine-metrics.ts';
import { startRefuzz } from './refuzz.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-metrics-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** A campaign that serves metrics, and its address. */
async function serving(address = ':0') {
  let told: (url: string) => void;
  const url = new Promise<string>((resolve) => {
    told = resolve;
  });
  const args = [
    'fuzz',
    'canary',
    '--workers',
    '1',
    '--seed',
    '1',
    '--time',
    '30s',
    '--corpus',
    'found',
    '--metrics',
    address,
  ];
  const { child, ended } = startRefuzz(args, {
    cwd: FOLDER,
    onErr: (err) => {
      const found = /^metrics at (\S+)$/m.exec(err);
      if (found) told(found[1]!);
    },
  });
  return { child, ended, url: await url };
}

/** A strict reading of the text format: every sample with its type, and every line as it must be. */
function scraped(text: string) {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const type = /^# TYPE (\w+) (counter|gauge)$/.exec(line);
    const sample = /^(\w+)(\{(?:\w+="[^"\n]*",?)*\})? (-?[\d.]+(?:e[+-]?\d+)?)$/.exec(line);
    if (type) types.set(type[1]!, type[2]!);
    else if (sample) {
      expect(types.has(sample[1]!), line).toBe(true);
      samples.set(`${sample[1]}${sample[2] ?? ''}`, Number(sample[3]));
    } else expect(line).toMatch(/^# HELP \w+ .+$/);
  }
  return { types, samples };
}

test('a campaign can be scraped while it runs, counts up, and ends as ever', async () => {
  const { child, ended, url } = await serving();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const programs = async () => {
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toContain('text/plain');
    return scraped(await response.text());
  };
  let first = await programs();
  const key = 'refuzz_programs_total{target="canary"}';
  while ((first.samples.get(key) ?? 0) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    first = await programs();
  }
  for (const [name, { type }] of Object.entries(METRICS)) expect(first.types.get(name), name).toBe(type);
  expect(first.samples.get('refuzz_memory_bytes')).toBeGreaterThan(1e6);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const second = await programs();
  expect(second.samples.get(key)!).toBeGreaterThanOrEqual(first.samples.get(key)!);
  expect([...second.samples.keys()].some((one) => one.startsWith('refuzz_info{'))).toBe(true);
  expect((await fetch(new URL('/', url))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  await expect(fetch(url)).rejects.toThrow();
}, 90_000);

test.each([
  ['no port', '127.0.0.1', 'write [host]:port'],
  ['a port that is none', ':99999', 'write [host]:port'],
])('%s is refused', async (_, address, message) => {
  const { code, err } = await startRefuzz(['fuzz', 'canary', '--metrics', address], { cwd: FOLDER }).ended;
  expect(err).toContain(message);
  expect(code).toBe(2);
});

test('a port that is taken is told', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const { code, err } = await startRefuzz(['fuzz', 'canary', '--metrics', `:${port}`], { cwd: FOLDER }).ended;
  taken.close();
  expect(err).toContain('--metrics: cannot be served');
  expect(code).toBe(2);
});

test('the dashboard asks for metrics that there are, by labels that they have', () => {
  const { panels } = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8'));
  const exprs: string[] = panels.flatMap((one: { targets: { expr: string }[] }) =>
    one.targets.map(({ expr }) => expr),
  );
  expect(exprs.length).toBeGreaterThan(10);
  for (const expr of exprs) {
    const [, name, labels = ''] = /(refuzz_\w+)\{([^}]*)\}/.exec(expr)!;
    const kind = METRICS[name as keyof typeof METRICS];
    expect(kind, expr).toBeDefined();
    for (const [, label] of labels.matchAll(/(\w+)=/g))
      if (label !== 'instance') expect(kind.labels, expr).toContain(label);
    expect(/rate\(/.test(expr) ? kind.type : 'counter', expr).toBe('counter');
  }
});

test('the page names every metric', () => {
  const page = readFileSync('docs/metrics.md', 'utf8');
  for (const [name, { type, labels }] of Object.entries(METRICS))
    expect(page).toContain(`| \`${name}\` | ${type} | ${labels.join(', ') || '–'} |`);
});

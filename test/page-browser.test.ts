import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { barePage } from '../export/page/bare-page.ts';
import { pageHtml } from '../export/page/page-html.ts';
import { sweepData } from '../export/page/sweep-data.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { sealed, unsealed } from '../fuzz/storage/sealed.ts';
import { type SweptCall, sweepTarget } from '../fuzz/sweep/sweep-target.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import { BROWSER, graveFindings, launched, watchedPage } from './browser.ts';
import { refuzz, startRefuzz } from './refuzz.ts';

/** REFUZZ_SCREENSHOTS=docs/pages makes the pictures of docs/report.md anew. */
const SHOTS = process.env.REFUZZ_SCREENSHOTS;
const IN_DOCS = ['campaign', 'causes', 'cause', 'case', 'matrix', 'states', 'number-line'];

/** A kernel for the matrix: Debian's package linux-source-6.12. */
const KERNEL = '/usr/src/linux-source-6.12.tar.xz';
const V55 = 'refcount-v5.5/add+inc-from-INT_MAX-to-0';
const GC = 'inet-peer-naive-gc/gc-from-0-to-1/gc-zero-lifetime-breaks';
const folder = mkdtempSync(join(tmpdir(), 'refuzz-page-'));
const at = (...names: string[]) => join(folder, ...names);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!BROWSER && !process.env.CI)('pages in a real browser (skipped without chromium)', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launched();
    const campaign = [
      'fuzz',
      'canary',
      'inet-peer-naive',
      '--seed',
      '1',
      '--time',
      SHOTS === undefined ? '5s' : '75s',
      '--workers',
      '2',
    ];
    symlinkSync(resolve('corpus'), at('corpus'));
    await refuzz([...campaign, '--state', '.refuzz/campaign', '--corpus', 'found'], { cwd: folder });
    const reports = [
      ['report', '--corpus', 'corpus', '--output', 'report'],
      ['check', 'refcount-v5.5', '--program', 'INT_MAX: inc | inc | read', '--output', 'space.html'],
    ];
    for (const argv of reports) {
      const ran = await refuzz(argv, { cwd: folder });
      expect(ran.err, argv.join(' ')).not.toContain('internal:');
    }
    page = await watchedPage(browser, complaints);
  }, 600_000);
  afterAll(() => browser?.close());

  /** A sweep of two calls over some thousand values: of all values it takes minutes. */
  async function sweptPage(): Promise<string> {
    const harness = harnessOf(loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!);
    const calls = ['inc', 'dec_and_test'].map((text) => harness.alphabet.parse(text));
    const swept: SweptCall[] = [];
    for await (const event of sweepTarget(harness, { workers: 1, calls, from: 0, to: 5000 }))
      if (event.kind === 'call') swept.push(event);
    const sweep = sweepData({ harness, swept, open: [], values: 5001, known: new Set() });
    writeFileSync(at('sweep.html'), pageHtml({ ...barePage('refcount-v5.5'), sweep }));
    return pathToFileURL(at('sweep.html')).href;
  }

  const report = () => pathToFileURL(at('report', 'index.html')).href;
  const open = async (address: string) => {
    await page.goto(address);
    await page.waitForSelector('main h1');
  };

  /** No serious findings of axe, in either theme. */
  async function checked(name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await graveFindings(page), `${name}, ${colorScheme}`).toEqual([]);
      if (SHOTS !== undefined && IN_DOCS.includes(name) && (colorScheme === 'light' || name === 'case'))
        await shot(`${name}${colorScheme === 'dark' ? '-dark' : ''}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    expect(complaints, name).toEqual([]);
  }

  async function shot(name: string): Promise<void> {
    mkdirSync(SHOTS!, { recursive: true });
    // The whole drawing of a case has to be seen.
    await page.setViewportSize({ width: 1280, height: name.startsWith('case') ? 960 : 800 });
    await page.screenshot({ path: join(SHOTS!, `${name}.png`) });
  }

  test('the report of the shipped corpus is small, and opens within a second', async () => {
    expect(statSync(at('report', 'index.html')).size).toBeLessThan(2_000_000);
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      // Else the same address would be no new page.
      await page.goto('about:blank');
      await open(`${report()}#/causes`);
      await page.waitForSelector('table.causes tbody tr');
      times.push(await page.evaluate(() => performance.now()));
    }
    // Others use this machine as well.
    expect(Math.min(...times)).toBeLessThan(1000);
  });

  test.each([
    ['campaign', '#/campaign', 'Campaign'],
    ['causes', '#/causes', 'Causes'],
    ['cause', '#/cause/refcount-v5.5/add+inc-from-INT_MAX-to-0', 'add+inc-from-INT_MAX-to-0'],
    ['case', `#/case/${GC}`, 'gc-zero-lifetime-breaks'],
    ['states', `#/states/${V55}/read-int-max-result-transient`, 'States of one program'],
    ['states-of-scheme', `#/states/${GC}`, 'States of one program'],
    ['number-line', `#/line/${V55}`, 'add and inc on the number line'],
    ['matrix', '#/matrix', 'Programs on generations of counters'],
  ])('%s', async (name, hash, title) => {
    await open(`${report()}${hash}`);
    expect(await page.textContent('h1')).toBe(title);
    expect(await page.title()).toContain(title);
    await checked(name);
  });

  test('the states of one program', async () => {
    await open(pathToFileURL(at('space.html')).href);
    await checked('one-program');
    const states = () => page.locator('.space').first().locator('.node').count();
    const whole = await states();
    await page.getByLabel('take threads with the same ops').first().check();
    expect(await states()).toBeLessThan(whole);
    await page.locator('.space .node').first().click();
    expect(await page.locator('.told').first().textContent()).toContain('thread 0: fetch_add(1)');
    expect(complaints).toEqual([]);
  });

  test('the number line of a sweep', async () => {
    await open(await sweptPage());
    expect(await page.textContent('h1')).toBe('refcount-v5.5: the number line');
    await checked('sweep');
    // What is told at first is the gravest, at a landmark.
    expect(await page.locator('.told').textContent()).toContain(' on 0');
    const cell = page.getByRole('button', { name: /^dec_and_test on 1:/ });
    await cell.focus();
    await page.keyboard.press('Enter');
    expect(await cell.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.told').textContent()).toContain('dec_and_test on 1');
    await page.getByRole('button', { name: /^inc on 0:/ }).click();
    expect(await page.locator('.told').textContent()).toContain('inc-zero-value-protects');
    expect(await page.locator('.cell button[aria-pressed="true"]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('from a cause to its number line, its cases and their states, and back', async () => {
    await open(`${report()}#/cause/${V55}`);
    const arrived = async (title: string | RegExp) =>
      expect.poll(() => page.textContent('h1'), { timeout: 10_000 }).toMatch(title);
    await page.getByRole('link', { name: 'add and inc on the number line' }).click();
    await arrived('number line');
    await page.getByRole('button', { name: /^inc on INT_MAX:/ }).click();
    await page.locator('.told').getByRole('link', { name: 'inc-int-max-value-protects' }).click();
    await arrived('inc-int-max-value-protects');
    // On by keyboard.
    await page.getByRole('link', { name: 'of refcount/v5.5' }).press('Enter');
    await arrived('States of one program');
    expect(await page.getByLabel('Schedule on refcount/v5.5').inputValue()).toBe('0');
    expect(await page.locator('.space').first().locator('.edge.followed').count()).toBeGreaterThan(0);
    await page.locator('.space .node').first().focus();
    expect(await page.locator('.told').first().textContent()).toContain('word INT_MAX');
    expect(await page.locator('table tr', { hasText: 'subject: witness' }).count()).toBe(1);
    await page.locator('.crumbs').getByRole('link', { name: 'inc-int-max-value-protects' }).press('Enter');
    await arrived('inc-int-max-value-protects');
    await page.getByRole('link', { name: 'on every old value' }).press('Enter');
    await arrived('number line');
    expect(complaints).toEqual([]);
  });

  test('no page is wider than a narrow window', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const pages = [
      'campaign',
      'causes',
      'matrix',
      `cause/${V55}`,
      `line/${V55}`,
      `case/${GC}`,
      `states/${GC}`,
      `states/${V55}/read-int-max-result-transient`,
    ];
    const wider = () =>
      page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    for (const address of pages) {
      await open(`${report()}#/${address}`);
      expect(await wider(), address).toBe(0);
    }
    await open(await sweptPage());
    expect(await wider(), 'sweep').toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(complaints).toEqual([]);
  });

  test('the theme is a button', async () => {
    await open(`${report()}#/matrix`);
    const back = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const seen = new Set<unknown>();
    for (const theme of ['light', 'dark']) {
      await page.getByRole('button', { name: /^Theme/ }).press('Enter');
      expect(await page.getByRole('button', { name: /^Theme/ }).textContent()).toBe(`Theme: ${theme}`);
      seen.add(await back());
    }
    expect(seen.size).toBe(2);
  });

  test.skipIf(!existsSync(KERNEL))(
    'a kernel has a column (skipped without linux-source-6.12)',
    async () => {
      const argv = ['report', '--kernel', KERNEL, '--corpus', 'corpus/canary', '--output', 'kernel'];
      expect((await refuzz(argv, { cwd: folder })).code).toBe(0);
      await open(`${pathToFileURL(at('kernel', 'index.html')).href}#/matrix`);
      await checked('matrix-kernel');
      const heads = await page.locator('table.matrix thead th').allTextContents();
      expect(heads).toHaveLength(7);
      expect(heads.at(-1)).toContain('6.12');
      // It is the code of v5.5 and later: what it does with each program is what the model of that does.
      const kinds = await page.evaluate(
        `[...document.querySelectorAll('table.matrix tbody tr')].map((row) =>
          [...row.querySelectorAll('td')].slice(-2).map((cell) => cell.querySelector('.badge').textContent))`,
      );
      for (const [model, kernel] of kinds as string[][]) expect(kernel).toBe(model);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
    300_000,
  );

  test('machines are listed, with what each has done', async () => {
    const state = at('.refuzz', 'campaign');
    cpSync(state, at('many'), { recursive: true });
    const status = unsealed(readFileSync(join(state, 'status.json'), 'utf8').trimEnd()) as object;
    const machines = [
      { name: 'host1/4711', parts: 1200, rate: 5300.5, ago: 2 },
      { name: 'host2/<b>', parts: 3, rate: 12, ago: 4000 },
    ];
    writeFileSync(at('many', 'status.json'), `${sealed({ ...status, machines })}\n`);
    await refuzz(['report', '--state', at('many'), '--corpus', 'corpus/canary', '--output', 'many-report'], {
      cwd: folder,
    });
    await open(`${pathToFileURL(at('many-report', 'index.html')).href}#/campaign`);
    await checked('machines');
    const rows = page.getByRole('group', { name: 'Machines' }).locator('tbody tr');
    expect(await rows.allTextContents()).toHaveLength(2);
    expect(await rows.nth(1).textContent()).toContain('host2/<b>');
    expect(await page.locator('h2', { hasText: '2 machines' }).count()).toBe(1);
  });

  test('a campaign is plotted', async () => {
    await open(`${report()}#/campaign`);
    const titles = await page.locator('figcaption strong').allTextContents();
    expect(titles).toEqual(['Programs a second', 'Novelty', 'Signatures and causes', 'Workers']);
    // Canary is in the shipped corpus, and the campaign's own corpus was empty.
    expect(await page.locator('.new').count()).toBeGreaterThan(0);
  });

  test('from the causes to a case, by keyboard alone', async () => {
    await open(`${report()}#/causes`);
    const rows = () => page.locator('table.causes tbody tr').count();
    const all = await rows();
    await page.getByLabel('words').fill('gc callback');
    expect(await rows()).toBeLessThan(all);
    await page.getByLabel('words').fill('');
    await page.getByLabel('target').selectOption('inet-peer-naive-gc');
    await page.getByLabel('judgement').selectOption('breaks');
    expect(await rows()).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'gc-from-0-to-1' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('section h2');
    // Who hears the page begins at its heading.
    expect(await page.evaluate('document.activeElement?.tagName')).toBe('H1');
    await page.getByRole('link', { name: 'gc-zero-lifetime-breaks' }).press('Enter');
    await page.waitForSelector('.lanes');
    await page.goBack();
    await page.goBack();
    expect(await page.getByLabel('target').inputValue()).toBe('inet-peer-naive-gc');
    await page.getByLabel('target').selectOption('');
    await page.getByLabel('judgement').selectOption('');
    expect(complaints).toEqual([]);
  });

  test('a case is stepped through, and shows what holds', async () => {
    await open(`${report()}#/case/${GC}`);
    const step = () => page.locator('output.step').textContent();
    // It begins where the divergence comes to light.
    expect(await step()).toBe('8 / 8');
    await page.keyboard.press('Home');
    expect(await step()).toBe('0 / 8');
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowRight');
    expect(await step()).toBe('3 / 8');
    const word = page.locator('.pane').first().locator('.words tr', { hasText: 'count' });
    expect(await word.locator('td').allTextContents()).toEqual(['1', '0']);
    await page.getByRole('button', { name: 'One access back' }).click();
    expect(await step()).toBe('2 / 8');
    await page.locator('.pane').first().locator('.row').nth(7).click();
    expect(await step()).toBe('8 / 8');
    expect(await page.locator('.pane').first().locator('.state').textContent()).toContain(
      'References are held by: thread 0',
    );
    // Either side can show any run.
    await page.getByLabel('Run on the right').selectOption({ index: 0 });
    expect(await page.locator('.pane').nth(1).locator('.fact').first().textContent()).toContain(
      'freed-while-held',
    );
    expect(complaints).toEqual([]);
  });

  test('a run is saved in four languages', async () => {
    await open(`${report()}#/case/${GC}`);
    const saved = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
          .getByRole('group', { name: 'Save the left run' })
          .getByRole('button', { name, exact: true })
          .click(),
      ]);
      await download.saveAs(at(download.suggestedFilename()));
      return { name: download.suggestedFilename(), bytes: readFileSync(at(download.suggestedFilename())) };
    };
    const svg = await saved('SVG');
    expect(svg.name).toBe('gc-zero-lifetime-breaks-subject.svg');
    expect(svg.bytes.toString()).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg.bytes.toString()).toContain('freed-while-held');
    // By itself it looks as it does here: nothing is left to a style that stays behind.
    expect(svg.bytes.toString()).not.toMatch(/class=|var\(--/);
    expect(svg.bytes.toString()).toContain('fill-opacity="0.1"');
    expect((await saved('PNG')).bytes.subarray(1, 4).toString()).toBe('PNG');
    expect((await saved('Mermaid')).bytes.toString()).toMatch(/^sequenceDiagram/);
    expect((await saved('PlantUML')).bytes.toString()).toMatch(/^@startuml/);
    expect(complaints).toEqual([]);
  });

  test('texts of others are texts', async () => {
    const evil = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
    const path = at('evil', 'inet-peer-naive-gc', 'gc-zero-lifetime-breaks.yaml');
    mkdirSync(join(path, '..'), { recursive: true });
    const stored = parse(readFileSync(`corpus/${GC}.yaml`, 'utf8'));
    delete stored.cause;
    writeFileSync(path, stringify({ ...stored, why: evil }));
    await refuzz(['report', '--corpus', at('evil'), '--output', at('evil-report')]);
    await open(
      `${pathToFileURL(at('evil-report', 'index.html')).href}#/case/inet-peer-naive-gc/gc-zero-lifetime-breaks`,
    );
    expect(await page.locator('.lead').textContent()).toBe(evil);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(complaints).toEqual([]);
  });

  test('ui serves it, and shows what changes', async () => {
    cpSync('corpus/canary', at('live', 'canary'), { recursive: true });
    const { child, ended } = startRefuzz([
      'ui',
      '--corpus',
      at('live'),
      '--state',
      at('.refuzz', 'campaign'),
    ]);
    const address = await new Promise<string>((done) => {
      let out = '';
      child.stdout!.on('data', (chunk) => {
        out += chunk;
        if (out.includes('\n')) done(out.trim());
      });
    });
    await open(`${address}#/causes`);
    expect(await page.locator('.live').count()).toBe(1);
    const rows = () => page.locator('table.causes tbody tr').count();
    const before = await rows();
    cpSync('corpus/inet-peer-naive', at('live', 'inet-peer-naive'), { recursive: true });
    await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(before);
    expect(complaints).toEqual([]);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });
});

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Audit } from '../../export/audit/audit.ts';
import { auditPage } from '../../export/audit/audit-page.ts';
import { pageHtml } from '../../export/page/page-html.ts';
import { BROWSER, graveFindings, launched, watchedPage } from '../browser.ts';
import { judged, large, MADE_UP, madeUp, WHOLE } from './made-up-audit.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-audit-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!BROWSER && !process.env.CI)(
  'the page of an audit in a real browser (skipped without chromium)',
  () => {
    let browser: Browser;
    let page: Page;
    const complaints: string[] = [];
    let files = 0;

    beforeAll(async () => {
      browser = await launched();
      page = await watchedPage(browser, complaints);
    }, 60_000);
    afterAll(() => browser?.close());

    /** Opens the page of an audit, as a file. @returns the file */
    async function open(audit: Audit, hash = ''): Promise<string> {
      const file = join(folder, `${files++}.html`);
      writeFileSync(file, pageHtml(auditPage(audit)));
      await page.goto(`${pathToFileURL(file).href}${hash}`);
      await page.waitForSelector('main h1');
      return file;
    }

    const rows = () => page.locator('table.counters tbody tr').count();

    test.each([
      'light',
      'dark',
    ] as const)('the list and a counter have no grave finding of axe, %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await open(madeUp());
      expect(await rows()).toBe(MADE_UP.length);
      expect(await graveFindings(page)).toEqual([]);
      await open(madeUp(), '#/counter/peer.refs');
      expect(await page.textContent('h1')).toBe('peer.refs');
      expect(await graveFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test('the answer and what it does not cover stand above the list', async () => {
      await open(madeUp());
      expect(await page.textContent('.lead')).toContain('2 misuses; 1 of 7 atomic counters');
      const uncovered = await page.locator('ul.alert li').allTextContents();
      expect(uncovered.join('\n')).toContain('drivers/x/big.c (larger than 16 MB)');
    });

    test('by keyboard alone: filter, open a counter, and come back to the same list', async () => {
      await open(madeUp());
      await page.getByLabel('verdict').selectOption('by-one');
      expect(await rows()).toBe(1);
      await page.getByRole('link', { name: 'peer.refs' }).press('Enter');
      await page.waitForSelector('table.evidence');
      expect(await page.evaluate('document.activeElement?.tagName')).toBe('H1');
      const told = await page.textContent('main');
      for (const text of [
        'dead at -1',
        'net/peer.c:31',
        'atomic_cmpxchg(&p->refs, 0, -1) == 0',
        'under &p->lock, rcu',
      ])
        expect(told).toContain(text);
      expect(await page.locator('table.evidence').first().locator('tbody tr').count()).toBe(
        WHOLE.counter.sites.length,
      );
      await page.goBack();
      expect(await rows()).toBe(1);
      await page.getByLabel('verdict').selectOption('');
      expect(complaints).toEqual([]);
    });

    test.each([
      ['subsystem', 'drivers/x', 2],
      ['verdict', 'misuse', 2],
      ['protocol', 'sentinel', 1],
      ['type', 'lockref', 1],
      ['confidence', 'low', 1],
    ])('filters by %s', async (name, value, left) => {
      await open(madeUp());
      await page.getByLabel(name).selectOption(value);
      expect(await rows()).toBe(left);
      expect(await page.textContent('.found')).toContain(`of ${MADE_UP.length}`);
    });

    test('words are looked for in source lines too, in any order', async () => {
      await open(madeUp());
      await page.getByLabel('words').fill('CMPXCHG peer_gc');
      expect(await rows()).toBe(1);
      await page.getByLabel('words').fill('nowhere at all');
      expect(await rows()).toBe(0);
    });

    test('two counters of one name have an address each', async () => {
      await open(madeUp(), '#/counter/priv.users%40drivers/z/y.c');
      expect(await page.textContent('h1')).toBe('priv.users@drivers/z/y.c');
      expect(await page.textContent('main')).toContain('drivers/z/y.c:7');
    });

    test('five thousand counters: ten megabytes at most, some rows at a time, filters that do not wait', async () => {
      const file = await open(large(5000));
      expect(statSync(file).size).toBeLessThan(10_000_000);
      expect(await rows()).toBe(200);
      await page.getByRole('button', { name: /^Show 200 more of 4/ }).press('Enter');
      expect(await rows()).toBe(400);
      // Whoever goes by keys goes on at the first of the new rows.
      expect(await page.evaluate('document.activeElement.closest("tr").rowIndex')).toBe(201);
      await page.getByLabel('words').fill('structure_4999.counter');
      expect(await rows()).toBe(1);
      expect(complaints).toEqual([]);
    });

    test('it fits a narrow window', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      for (const hash of ['', '#/counter/peer.refs']) {
        await open(madeUp(), hash);
        const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(wider), hash).toBe(0);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    test('texts of sources are texts', async () => {
      const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
      const one = judged('a.b', 'x.c', 'no', {
        remedy: evil,
        protocol: evil,
        counter: { comment: evil, declared: { file: 'x.c', line: 1, text: evil, from: 0, to: 1 } },
      });
      await open(madeUp({ judged: [one], tree: evil }), '#/counter/a.b');
      expect(await page.textContent('.lead')).toBe(evil);
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.title()).toBe('a.b · refuzz');
      expect(complaints).toEqual([]);
    });
  },
);

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian and others put it. */
export const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function launched(): Promise<Browser> {
  return chromium.launch({ executablePath: BROWSER ?? 'chromium', args: ['--no-sandbox'] });
}

/** A page whose complaints are kept: of the console, of scripts, and of whatever asks for more than the file itself. */
export async function watchedPage(browser: Browser, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
  });
  const one = await context.newPage();
  one.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  one.on('pageerror', (error) => complaints.push(error.message));
  one.on('request', (request) => {
    const address = request.url();
    if (!/^(file|blob|data):|^http:\/\/127\.0\.0\.1:/.test(address)) complaints.push(address);
  });
  return one;
}

/** What axe finds that is serious, in the theme that the page has now. */
export async function graveFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`);
}

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readPage, type ShownCommand } from './page.ts';
import { Reader } from './reader.ts';

/*
 * Every command that README and docs/ show is run here, in the order of its page, and what it prints is compared with what
 * the page shows. Comments directly above a block say what it needs; CONTRIBUTING.md explains them. Slow ones are run with
 * REFUZZ_DOCS=all only.
 */

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]
  .sort()
  .map((path) => readPage(path, readFileSync(path, 'utf8')));

const ALL = process.env.REFUZZ_DOCS === 'all';
const ROOT = mkdtempSync(join(tmpdir(), 'refuzz-docs-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }), 120_000);
const reader = new Reader(ROOT);

/** A file by its path, a program by its name. */
const isThere = (need: string) =>
  need.includes('/')
    ? existsSync(need)
    : process.env.PATH!.split(delimiter).some((folder) => existsSync(join(folder, need)));
/** Whether a command is left out; in CI nothing is for want of something. */
const isSkipped = ({ notes }: ShownCommand) =>
  (notes.slow !== undefined && !ALL) || (!process.env.CI && !notes.needs.every(isThere));

const isRun = ({ notes }: ShownCommand) => notes.notRun === undefined;

describe.each(PAGES.filter(({ commands }) => commands.some(isRun)))('$path', (page) => {
  for (const command of page.commands.filter(isRun))
    test.skipIf(isSkipped(command))(
      `${command.line}: ${command.command.split('\n')[0]}`,
      { timeout: 600_000 },
      () => reader.run(page, command),
    );
});

test('so many commands are shown, and so many of them not run', () => {
  const every = PAGES.flatMap(({ commands }) => commands);
  const notRun = every.filter((one) => !isRun(one));
  const slow = every.filter(({ notes }) => notes.slow !== undefined);
  const skipped = every.filter((one) => isRun(one) && isSkipped(one));
  process.stderr.write(
    `${every.length} commands: ${every.length - notRun.length - skipped.length} run here in ` +
      `${reader.spent.toFixed(0)} s of processor time; ${slow.length} with REFUZZ_DOCS=all only, ${notRun.length} never\n`,
  );
  expect(
    notRun.map(({ page, command, notes }) => `${page}: ${command.split('\n')[0]}: ${notes.notRun}`),
  ).toMatchInlineSnapshot(`
    [
      "README.md: npm ci && npm start    # sets up, then a one-minute campaign over the built-in targets: CI sets the project up like this before it runs any test",
      "docs/benchmarks.md: npm install --no-save --prefix .refuzz/peers jsfuzz@1.0.15 @jazzer.js/core@4.0.0: installs another fuzzer, and measures for an hour",
      "docs/benchmarks.md: npm run bench                       # lockstep, schedules, deciding programs, minimising, start-up: measures for minutes, on a machine that does nothing else",
      "docs/campaigns.md: refuzz fuzz refcount-v5.5 --iterations 2000 --seed 7 --corpus small/c --state st: mounts a full disk; test/campaign-disk-full.test.ts does it",
      "docs/check.md: refuzz check refcount-v5.5 --sweep: a quarter of an hour; fuzz/sweep has tests against the documented ranges",
      "docs/ci.md: podman build --tag refuzz .: needs podman, and the network",
      "docs/many-machines.md: REFUZZ_QUEUE_KILLS=30 npx vitest run test/queue/many-machines: is a test of this suite, which kills for half an hour",
      "docs/test-a-kernel.md: refuzz bisect --kernel linux --good v1 --bad v2: needs the repository of a kernel; test/bisect-command.test.ts has a small one",
      "docs/test-a-kernel.md: git bisect start v6.2 v6.1 -- include/linux/refcount*.h include/linux/kref.h lib/refcount.c: needs the repository of a kernel; test/bisect-step-command.test.ts has a small one",
      "docs/test-a-kernel.md: git bisect run refuzz bisect-step: needs the repository of a kernel; test/bisect-step-command.test.ts has a small one",
      "docs/test-a-kernel.md: refuzz check kernel-vs-atomic --sweep --kernel /usr/src/linux-source-6.12.tar.xz: an hour and a half; test/queue and cli/check sweep parts of it",
    ]
  `);
  expect(notRun.length).toBeLessThan(every.length / 10);
});

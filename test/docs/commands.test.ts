import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { difference, normalised, readPage, type ShownCommand } from './page.ts';

/*
 * Every command that README and docs/ show is run here, in the order of its page, and what it prints is compared with what
 * the page shows. One that takes a kernel, hours, or another machine has a comment above its block that says so; these are
 * counted by page, so that none is left out by accident.
 */

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]
  .sort()
  .map((path) => readPage(path, readFileSync(path, 'utf8')));

const ROOT = mkdtempSync(join(tmpdir(), 'refuzz-docs-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const BIN = join(ROOT, 'bin');
mkdirSync(BIN);
writeFileSync(join(BIN, 'refuzz'), `#!/bin/sh\nexec node ${resolve('dist/cli/main.js')} "$@"\n`);
chmodSync(join(BIN, 'refuzz'), 0o755);

/** The folder of a page, with the files that it asks for. */
function folderOf(path: string, files: readonly string[]): string {
  const folder = join(ROOT, basename(path, '.md'));
  mkdirSync(folder);
  for (const file of files) {
    const isFolder = statSync(file).isDirectory();
    // Of an example the files; of a corpus the folder.
    cpSync(file, file.startsWith('docs/') && isFolder ? folder : join(folder, file), { recursive: true });
  }
  return folder;
}

function run({ command }: ShownCommand, cwd: string) {
  const env = { ...process.env, PATH: `${BIN}:${process.env.PATH}`, NO_COLOR: '1' };
  const { stdout, stderr, error } = spawnSync('sh', ['-c', command], {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 280_000,
  });
  expect(error, command).toBeUndefined();
  const lines = (text: string) => (text === '' ? [] : text.trimEnd().split('\n'));
  return { out: lines(stdout), err: lines(stderr) };
}

const RUN = PAGES.filter(({ commands }) => commands.some(({ notRun }) => notRun === undefined));

describe.each(RUN)('$path', ({ path, files, commands }) => {
  const folder = folderOf(path, files);
  const shown = commands.filter(({ notRun }) => notRun === undefined);
  test.each(shown.map((one) => [`${one.line}: ${one.command.split('\n')[0]}`, one] as const))(
    '%s',
    (_, one) => {
      const { out, err } = run(one, folder);
      // What goes wrong is told on standard error, by a line that begins like this, unless the page shows it.
      const wrong = err.find((line) => /^(refuzz: |internal: |sh: )/.test(line));
      if (one.output === undefined || !one.output.some((line) => line.startsWith('refuzz: ')))
        expect(wrong).toBeUndefined();
      if (one.output !== undefined) expect(difference(one.output, out, err), out.join('\n')).toBeUndefined();
    },
    300_000,
  );
});

test('so many commands are shown, and so many of them not run', () => {
  const counts = Object.fromEntries(
    PAGES.filter(({ commands }) => commands.length > 0).map(({ path, commands }) => [
      path,
      `${commands.filter(({ notRun }) => notRun !== undefined).length} of ${commands.length} not run`,
    ]),
  );
  expect(counts).toMatchInlineSnapshot(`
    {
      "README.md": "7 of 11 not run",
      "docs/benchmarks.md": "4 of 4 not run",
      "docs/campaigns.md": "17 of 17 not run",
      "docs/case-format.md": "3 of 3 not run",
      "docs/check.md": "5 of 5 not run",
      "docs/ci.md": "7 of 8 not run",
      "docs/convert-a-counter.md": "11 of 11 not run",
      "docs/editors.md": "0 of 1 not run",
      "docs/engines.md": "7 of 7 not run",
      "docs/explain.md": "1 of 1 not run",
      "docs/fast-check.md": "1 of 1 not run",
      "docs/metrics.md": "1 of 1 not run",
      "docs/quick-start.md": "8 of 8 not run",
      "docs/real-kernel.md": "10 of 10 not run",
      "docs/reporters.md": "0 of 1 not run",
      "docs/reproducers.md": "1 of 4 not run",
      "docs/target-format.md": "1 of 1 not run",
      "docs/test-a-kernel.md": "10 of 10 not run",
      "docs/test-your-counter.md": "9 of 17 not run",
    }
  `);
});

describe('comparing', () => {
  test.each([
    [['a', 'b'], ['a', 'b'], [], undefined],
    [['a', '…'], ['a', 'b'], [], undefined],
    [['…', 'b'], ['a', 'b'], [], undefined],
    [['note', 'a'], ['a'], ['note'], undefined],
    [['in 3.1 s on 2 threads'], ['in 17 s on 8 threads'], [], undefined],
    [['abc…'], ['abcdef'], [], undefined],
    [['a'], ['a', 'b'], [], 'printed "b", which is not shown'],
    [['a', 'c'], ['a', 'b'], [], 'shown "c", printed "b"'],
    [['a', 'b'], ['a', 'x', 'b'], [], 'shown "b", printed "x"'],
    [['3 new'], ['4 new'], [], 'shown "3 new", printed "4 new"'],
  ] as const)('%j against %j', (shown, out, err, wanted) => {
    expect(difference(shown, out, err)).toBe(wanted);
  });

  test('only times, speeds, memory and cores are made equal', () => {
    expect(normalised('3600 programs in 10.6 s; 9 new')).toBe('3600 programs in N s; 9 new');
    expect(normalised('367 programs/s  70k op pairs/s  94 MB')).toBe('N programs/s  N op pairs/s  N MB');
  });
});

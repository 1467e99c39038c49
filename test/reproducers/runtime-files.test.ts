import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FACT_CHOICES } from '../../oracles/lifetime.ts';
import { ended, forEachAtOnce, isThere } from './processes.ts';

/** The files that reproducers are made of stand on their own: the tools of their language work on them in place. */

const C = 'export/c/runtime';
const MJS = 'export/mjs/runtime';
const KERNEL = 'export/kernel/runtime';

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

async function says(program: string, args: readonly string[]): Promise<string> {
  const { code, output } = await ended(program, args);
  return `${code} ${output}`;
}

const STRICT = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];

const tools = await Promise.all(
  ['gcc', 'clang', 'clang-format'].map(async (name) => [name, await isThere(name)] as const),
);

describe.each(
  tools.filter(([name]) => name !== 'clang-format'),
)('%s (skipped where it is not there)', (cc, has) => {
  test.skipIf(!has).each([C, KERNEL])('%s: programs compile as they stand', async (folder) => {
    for (const file of filesBelow(folder, '.c')) expect(await says(cc, [...STRICT, file]), file).toBe('0 ');
  });

  test.skipIf(!has).each([C, KERNEL])(
    '%s: so does every header, whose functions nobody calls',
    async (folder) => {
      await forEachAtOnce(filesBelow(folder, '.h'), async (file) => {
        const flags = [...STRICT, '-Wno-unused-function', '-include', file, '-x', 'c', '/dev/null'];
        expect(await says(cc, flags), file).toBe('0 ');
      });
    },
  );
});

test.skipIf(!tools.find(([name]) => name === 'clang-format')![1])(
  'clang-format has nothing to change (skipped where it is not there)',
  async () => {
    const files = [C, KERNEL].flatMap((folder) => [...filesBelow(folder, '.c'), ...filesBelow(folder, '.h')]);
    expect(await says('clang-format', ['--dry-run', '-Werror', ...files])).toBe('0 ');
  },
);

test('node reads every module, and each imports what another exports', async () => {
  const files = filesBelow(MJS, '.mjs');
  await forEachAtOnce(files, async (file) => {
    expect(await says(process.execPath, ['--check', file]), file).toBe('0 ');
  });
  // Programs would run.
  const modules = files.filter((file) => !/runtime.(counter|scheme)\.mjs$/.test(file));
  const script = `for (const file of ${JSON.stringify(modules.map((file) => resolve(file)))}) await import(file);`;
  expect(await says(process.execPath, ['--input-type=module', '--eval', script])).toBe('0 ');
});

test.each(['counter.mjs', 'scheme.mjs'])('%s runs the example in place', async (name) => {
  const file = join(MJS, name);
  expect((await ended(process.execPath, [file])).output).toMatch(/^(agrees|DIVERGES .*)$/m);
  expect(await ended(process.execPath, [file, '--reference'])).toMatchObject({ code: 0 });
});

test('they are in the package', () => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(files).toEqual(expect.arrayContaining([C, MJS, KERNEL]));
});

test('the runtimes know every fact of an object, but for those that no stand-alone code can show', () => {
  // Schemes with a resource, and with weights, are refused; wild accesses end a stand-alone program; orders are no outcome of one.
  const never = [
    'memory-error',
    'unbalanced',
    'count-too-low',
    'count-too-high',
    'left-running',
    'unordered-free',
    'race',
    // Both sides together tell these.
    'stays',
    'goes',
  ];
  const known = FACT_CHOICES.filter(
    (fact) => !never.includes(fact) && !/^(used|started|stopped)-/.test(fact),
  );
  const text = (file: string) => readFileSync(file, 'utf8');
  const inC = text(join(C, 'scheme', 'object.h')).matchAll(/\[(\w+)\] = "([^"]+)"/g);
  expect([...inC].map(([, , name]) => name)).toEqual(known);
  const [, list] = /FACT_NAMES = \[([^\]]*)\]/.exec(text(join(MJS, 'scheme', 'facts.mjs')))!;
  expect([...list!.matchAll(/'([^']+)'/g)].map(([, name]) => name)).toEqual(known);
});

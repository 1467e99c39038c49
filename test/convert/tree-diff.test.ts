import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Proved, treeDiff } from '../../cli/audit/tree-diff.ts';
import { menuOf } from '../../convert/menu/candidate.ts';
import { readSites } from '../../convert/module/compile.ts';
import { PROTOCOLS } from './search-here.ts';

const TREE = mkdtempSync(join(tmpdir(), 'refuzz-tree-'));
afterAll(() => rmSync(TREE, { recursive: true }));

const HEADER = 'net/port.h';
const CODE = 'net/port.c';
let proved: Proved;
let texts: Map<string, string>;

/** The tree: the functions of the extract among others, and an init that the extract has no part of. */
beforeAll(() => {
  const path = join(PROTOCOLS, 'sentinel.c');
  const { sites } = readSites(path, {});
  const menu = menuOf(sites, { plainOnly: true });
  const shift = menu.shifts.findIndex(({ bias }) => bias === 1);
  proved = { sites, menu, candidate: { shift, forms: menu.sites.map(() => 0) } };
  const extract = readFileSync(path, 'utf8');
  const struct = new RegExp(`struct ${sites.structure} \\{[^}]*\\};\\n`).exec(extract)![0];
  const code = extract.slice(0, extract.indexOf('REFUZZ_SCHEME')).replace(struct, '');
  const init = `void made(struct ${sites.structure} *made)\n{\n\tatomic_set(&made->${sites.member}, 0);\n}\n`;
  texts = new Map([
    [HEADER, `#include <linux/atomic.h>\n\n${struct}`],
    [CODE, `#include "port.h"\n${code.replace('#include <refuzz.h>\n', '')}${init}`],
  ]);
});

/** Lines of ops that are in no function of the extract. */
const inits = () => {
  const lines = texts.get(CODE)!.split('\n');
  return { sites: [{ file: CODE, line: 1 + lines.findIndex((line) => line.includes('atomic_set(&made')) }] };
};

test('what was proved of an extract is written into its tree, with the inits, and git applies it', () => {
  const made = treeDiff(proved, inits(), texts);
  if (!('diff' in made)) throw new Error(made.why);
  for (const [name, text] of texts) {
    mkdirSync(dirname(join(TREE, name)), { recursive: true });
    writeFileSync(join(TREE, name), text);
  }
  writeFileSync(join(TREE, 'tree.diff'), made.diff);
  execFileSync('git', ['apply', 'tree.diff'], { cwd: TREE });
  const code = readFileSync(join(TREE, CODE), 'utf8');
  expect(code).not.toMatch(/atomic_(?!t\b)\w+\(/);
  expect(code).toContain(`refcount_set(&made->${proved.sites.member}, 1);`);
  expect(readFileSync(join(TREE, HEADER), 'utf8')).toContain(`refcount_t ${proved.sites.member};`);
});

test('a tree that is not as the extract has it is left to a person, and the place is named', () => {
  const other = texts.get(CODE)!.replace('atomic_dec(', 'atomic_inc(');
  expect(other).not.toBe(texts.get(CODE));
  const made = treeDiff(proved, inits(), new Map([...texts, [CODE, other]]));
  expect(made).toEqual({ why: expect.stringMatching(/^\w+ is not in the tree as it is in the extract$/) });
  const more = texts.get(CODE)!.replace('atomic_set(&made', 'atomic_inc(&made');
  expect(
    treeDiff(proved, inits(), new Map([...texts, [CODE, more.replace(', 0);\n}\n', ');\n}\n')]])),
  ).toHaveProperty('why');
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeCensus } from '../../audit/run/take-census.ts';
import { openTrees } from '../../audit/source/open-trees.ts';
import { systemHost as host } from '../../fuzz/workers/system-host.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-kept-census-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const tree = join(root, 'tree');
const cacheFolder = join(root, 'cache');
mkdirSync(tree);

const put = (ops: string) =>
  writeFileSync(
    join(tree, 'a.c'),
    `struct box { atomic_t refs; };\nvoid box_put(struct box *b)\n{\n\t${ops}\n}\n`,
  );
const census = async () => takeCensus(await openTrees([tree]), { jobs: 1, host, cacheFolder });
const kept = () => readdirSync(join(cacheFolder, 'censuses')).sort();
const ops = (found: Awaited<ReturnType<typeof census>>) =>
  found.counters.flatMap(({ name, sites }) => sites.map(({ op }) => `${name} ${op}`));

test('what was made of a tree is read again, until a file of it changes', async () => {
  put('if (atomic_dec_and_test(&b->refs)) kfree(b);');
  const first = await census();
  expect(ops(first)).toEqual(['box.refs dec_and_test']);
  const files = kept();
  expect(files).toHaveLength(1);

  // To see where the answer comes from, another op is put into what was kept, under its right digest.
  const file = join(cacheFolder, 'censuses', files[0]!);
  const body = readFileSync(file, 'utf8').split('\n')[1]!.replaceAll('"dec_and_test"', '"xchg"');
  const { createHash } = await import('node:crypto');
  const digest = createHash('sha256').update(body).digest('hex');
  writeFileSync(file, `refuzz-census 1 ${digest}\n${body}`);
  expect(ops(await census())).toEqual(['box.refs xchg']);

  // What is damaged is made anew.
  writeFileSync(file, `refuzz-census 1 ${digest}\n${body} `);
  expect(await census()).toEqual({ ...first, files: { seen: 1, parsed: 0, cached: 1 } });

  put('atomic_dec(&b->refs);');
  expect(ops(await census())).toEqual(['box.refs dec']);
  expect(kept()).toHaveLength(2);
});

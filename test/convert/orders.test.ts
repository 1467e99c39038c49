import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesOf, openConversion, writtenSource } from '../../cli/convert/conversion.ts';
import { explanations } from '../../cli/convert/why.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { againstWriting } from '../../convert/write/confirm.ts';
import type { MemoryModel } from '../../targets/target/memory.ts';

const LIMIT = 100_000;

async function searched(file: string, memory: MemoryModel) {
  const path = join('test', 'convert', 'orders', file);
  const conversion = await openConversion(path, { plainOnly: true, trees: {}, memory });
  const options = { scope: { threads: 2, ops: 1 }, limit: LIMIT, workers: 0 };
  return { conversion, result: await new ConversionSearch(conversion.data, options).run() };
}

describe('a barrier that somebody leans on', () => {
  test('is lost by every form of its op, which --memory kernel asks of every program', async () => {
    const plain = await searched('leaned-on.c', 'sc');
    expect(plain.result.decided.filter(({ kind }) => kind === 'equivalent')).toHaveLength(4);
    // What is written is asked for uses and frees in any case.
    const proved = writtenSource(
      plain.conversion,
      filesOf(plain.conversion, plain.result.decided[0]!.candidate),
    );
    expect(await againstWriting(plain.conversion.data, proved, LIMIT)).toEqual({
      order: 'unordered-free in reap',
    });
    const { conversion, result } = await searched('leaned-on.c', 'kernel');
    expect(result.decided).toEqual([]);
    const why = explanations(conversion, result, { limit: LIMIT });
    expect(why.map(({ form, bias, order }) => [form, bias, order])).toEqual([
      ['inc', '0', 'release at the store of finish'],
      ['inc_not_zero', '0', 'release at the store of finish'],
      ['inc', '1', 'release at the store of finish'],
      ['inc_not_zero', '1', 'release at the store of finish'],
    ]);
    for (const { sentence } of why) expect(sentence).toContain('unordered free in reap');
  });

  test('stays where it is written out, and what is written is held against it under the same model', async () => {
    const { conversion, result } = await searched('written-out.c', 'kernel');
    const [best] = result.decided;
    expect(best?.kind).toBe('equivalent');
    const source = writtenSource(conversion, filesOf(conversion, best!.candidate));
    expect(await againstWriting(conversion.data, source, LIMIT)).toBeUndefined();
    const text = source.files.get(source.main)!;
    const without = new Map([
      ...source.files,
      [source.main, text.replace('smp_mb__after_atomic();', ';')] as const,
    ]);
    expect(await againstWriting(conversion.data, { ...source, files: without }, LIMIT)).toEqual({
      why: expect.stringMatching(/of reap in a/),
    });
  });
});

test('a last put of refcount_t orders enough, and to add -1 is to take one', async () => {
  const { conversion, result } = await searched('last-put.c', 'kernel');
  const [best] = result.decided;
  expect(best?.kind).toBe('equivalent');
  const source = writtenSource(conversion, filesOf(conversion, best!.candidate));
  expect(source.files.get(source.main)).toContain('if (refcount_dec_and_test(&b->refs))\n\t\tkfree(b);');
});

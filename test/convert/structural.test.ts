import { join } from 'node:path';
import { expect, test } from 'vitest';
import { choiceText } from '../../cli/convert/answer-line.ts';
import { filesOf, openConversion, writtenSource } from '../../cli/convert/conversion.ts';
import { sayingSomething } from '../../convert/search/says-something.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import { againstWriting } from '../../convert/write/confirm.ts';

const LIMIT = 100_000;
const SIZE = { threads: 2, ops: 1 };

async function searched(file: string, keep: Readonly<Record<string, string>>, plainOnly: boolean) {
  const wishes = { keep: new Map(Object.entries(keep)), plainOnly, trees: {} };
  const conversion = await openConversion(file, wishes);
  const options = { scope: SIZE, limit: LIMIT, workers: 0 };
  const result = await new ConversionSearch(conversion.data, options).run();
  return { conversion, result };
}

/** What v4.11 did: the trash keeps the reference of the service, whoever takes the object back gets it, and the last put waits for RCU. */
const V4_11 = {
  dest_bind: 'inc',
  dest_unbind: 'dec',
  dest_unlink: 'none',
  dest_revive: 'none',
  'dest_free.free': 'rcu',
};

test('v4.11’s form of ip_vs_dest is on the menu, does no harm, and is written', async () => {
  const before = join('docs', 'examples', 'c', 'ip-vs-dest', 'before.c');
  const { conversion, result } = await searched(before, V4_11, false);
  const own = result.decided.find(
    ({ candidate }) => conversion.menu.shifts[candidate.shift]!.where === 'trash',
  );
  expect(own?.kind).toMatch(/^(?:equivalent|loses)$/);
  expect(choiceText(conversion.menu, own!.candidate)).toBe(
    'bias 1 where it is in the trash, dest_unlink none, dest_revive none, dest_free.free rcu',
  );
  const source = writtenSource(conversion, filesOf(conversion, own!.candidate));
  const text = source.files.get(source.main)!;
  expect(text).toContain('call_rcu(&dest->rcu, dest_free_rcu);');
  expect(text).toContain('struct rcu_head rcu;');
  // No op at all: the lines are gone, with nothing in their place.
  expect(text.match(/\bdest_unbind\(dest\);/g)).toBeNull();
  expect(text.match(/refcount_inc\(/g)).toHaveLength(1);
  expect(await againstWriting(conversion.data, source, LIMIT)).toBeUndefined();
});

test('a test that no program needs is a guard, and is no gap in the proof', async () => {
  const before = join('docs', 'examples', 'c', 'inet-peer', 'before.c');
  const { conversion, result } = await searched(before, { peer_lookup_locked: 'inc_not_zero' }, true);
  const [best] = sayingSomething(conversion.data, result, LIMIT).decided;
  expect(best).toMatchObject({ kind: 'equivalent', guards: ['lookup_locked@0'] });
});

test('what leaves an object that the original frees is not called equivalent', async () => {
  const { conversion, result } = await searched(
    join('test', 'convert', 'styles', 'not-dec-return.c'),
    {},
    true,
  );
  const of = (form: string) =>
    result.decided.filter(
      ({ candidate }) => choiceText(conversion.menu, candidate) === `bias 0, buf_put ${form}`,
    );
  // It puts nothing but the last one: of two that are put, none is the last.
  expect(of('dec_if_one')).toMatchObject([
    {
      kind: 'changes',
      refutation: { ofObject: 'stays', program: { start: 'two', threads: [['put'], ['put']] } },
    },
  ]);
  expect(of('dec_not_one')).toMatchObject([{ kind: 'equivalent' }]);
});

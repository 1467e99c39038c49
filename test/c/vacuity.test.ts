import { expect, test } from 'vitest';
import { Vacuity } from '../../fuzz/check/vacuity.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Target } from '../../targets/target/target.ts';
import { smallTarget } from '../small-schemes.ts';
import { counterOf, schemeOf } from './c-subjects.ts';

const SIZE = { threads: 2, ops: 2 };
const LIMIT = 20_000;

/** What no program comes to, where C is compared with C that does the same. */
function missingOf(target: Target): string[] {
  return new Vacuity(harnessOf(target), SIZE, LIMIT).search().map(({ text }) => text);
}

/** A protocol with some of its parts given: the structure holds one reference. */
function protocol({
  state = 'atomic_set(&object->count, 2); refuzz_link(REFUZZ_LIVE); refuzz_hold(0);',
  found = 'refuzz_linked() == REFUZZ_LIVE',
  drop = 'if (atomic_dec_and_test(&thing->count)) kfree(thing);',
  more = '',
}): string {
  return `
#include <linux/atomic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
struct thing { atomic_t count; };
static DEFINE_SPINLOCK(lock);
static void drop(struct thing *thing) { ${drop} }
REFUZZ_SCHEME(struct thing, count);
REFUZZ_STATE(start) { ${state} }
REFUZZ_GET(get)
{
	bool found;

	spin_lock(&lock);
	found = ${found};
	if (found)
		atomic_inc(&object->count);
	spin_unlock(&lock);
	return found;
}
REFUZZ_PUT(put) { drop(object); }
REFUZZ_ACT(unlink)
{
	bool found;

	spin_lock(&lock);
	found = refuzz_linked() == REFUZZ_LIVE;
	if (found)
		refuzz_link(REFUZZ_NOWHERE);
	spin_unlock(&lock);
	if (!found)
		return REFUZZ_VOID;
	drop(object);
	return REFUZZ_GRANTED;
}
${more}`;
}

const act = (condition: string) => `REFUZZ_ACT(tell) { return ${condition} ? REFUZZ_GRANTED : REFUZZ_VOID; }`;
const MIDWAY = 'int old = atomic_fetch_dec(&thing->count); if (old == 1) kfree(thing); else if (old ==';

// By pairs: what says nothing, and a near miss that does.
test.each<[string, Parameters<typeof protocol>[0], string | undefined]>([
  ['a get that is never granted', { found: 'refuzz_linked() == 7' }, 'get is never granted'],
  ['a get that is', {}, undefined],
  [
    'a put that does nothing',
    { drop: 'if (refuzz_linked() == 7 && atomic_dec_and_test(&thing->count)) kfree(thing);' },
    'put never changes anything',
  ],
  ['a skeleton that starts from nothing', { state: '' }, 'put never runs, for nobody holds'],
  ['an act with one result', { more: act('atomic_read(&object->count) == 1000') }, 'tell is never granted'],
  ['an act with both', { more: act('atomic_read(&object->count) == 2') }, undefined],
  [
    'a branch that is never taken',
    { drop: `${MIDWAY} 9) { atomic_inc(&thing->count); atomic_dec(&thing->count); }` },
    'put never goes the way it takes at count 9',
  ],
  [
    'a branch that is',
    { drop: `${MIDWAY} 3) { atomic_inc(&thing->count); atomic_dec(&thing->count); }` },
    undefined,
  ],
])('%s', async (_, parts, missing) => {
  const scheme = await schemeOf(protocol(parts));
  const found = missingOf(smallTarget(scheme, { ...scheme, name: 'the other' }));
  if (missing === undefined) expect(found).toEqual([]);
  else expect(found).toContain(missing);
});

test('of counters, the numbers in the code are tried', async () => {
  const counter = await counterOf(`
#include <linux/atomic.h>
struct gate { atomic_t value; };
REFUZZ_COUNTER(struct gate, value);
REFUZZ_OP(bool, dec_and_test)
{
	int old = atomic_fetch_dec(&counter->value);

	if (old == 5000)
		atomic_inc(&counter->value);
	return old == 1;
}
`);
  const target = (initial: number[]): Target => ({
    name: 'gates',
    about: 'for a test',
    reference: { ...counter, name: 'the other' },
    subject: counter,
    threads: 2,
    ops: ['dec_and_test'],
    initial,
    arguments: [],
    constants: [{ value: 5000, side: 'both' }],
    oracles: ['lockstep', 'outcomes'],
  });
  expect(missingOf(target([0, 1, 2]))).toContain(
    'dec_and_test never goes the way it takes at count 0x00001388',
  );
  expect(missingOf(target([0, 1, 2, 4999, 5000]))).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import type { Counter, Scheme } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { decided, subjectOf } from '../c/c-subjects.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { faultsOf, feature } from './alone.ts';
import { PAIRS } from './pairs.ts';

const schemeIn = async (file: string, defines?: readonly string[]) =>
  (await feature(`declarations/${file}`, defines)) as Scheme;

describe('words that nobody has declared', () => {
  test('are those that ops write, and those that states set and ops read', async () => {
    const { words, states, compiled } = await schemeIn('words.c');
    const named = words!.map(({ name, isInObject }) => (isInObject ? `object.${name}` : name));
    expect(named.sort()).toEqual([
      'found_by.0',
      'last_found',
      'lookups',
      'object.flags',
      'object.in_use/is_new',
      'object.kind',
      'object.lock',
      'object.next',
      'object.release',
      'object.sequence',
      'object.slots[1]',
      'object.stats.misses',
      'tree_lock',
    ]);
    expect(compiled!.found).toHaveLength(named.length);
    const at = words!.findIndex(({ name }) => name === 'kind');
    expect(states.odd!.words![at]).toBe(2);
    expect(states.one!.words![at]).toBe(0);
  });

  test('show what they point to', async () => {
    const { words } = await schemeIn('words.c');
    const word = (name: string) => words!.find((one) => one.name === name)!;
    expect(word('kind').nameOf).toBeUndefined();
    const { nameOf } = word('next');
    expect(nameOf!(0)).toBe('NULL');
    const scheme = await schemeIn('peer-scheme.c');
    const registered = scheme.words!.findIndex(({ name }) => name === 'registered');
    const held = scheme.states.one!.words![registered]!;
    expect(scheme.words![registered]!.nameOf!(held)).toBe('&object');
  });

  test('are two where the compiler makes one access of neighbours', async () => {
    const scheme = await schemeIn('neighbours.c');
    expect(scheme.words!.map(({ name }) => name)).toEqual(['one', 'other']);
    expect(faultsOf(scheme, 2, 2)).toEqual(['use-after-free in pair_get']);
  });

  test('may not point to where another thread has its own stack', async () => {
    const text = `#include <linux/refcount.h>
struct waiter { int is_woken; };
struct peer { refcount_t refs; struct waiter *waiter; };
static void peer_wait(struct peer *peer)
{
	struct waiter waiter = { 0 };

	WRITE_ONCE(peer->waiter, &waiter);
	(void)READ_ONCE(waiter.is_woken);
	WRITE_ONCE(peer->waiter, NULL);
}
REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(one, .count = 1);
REFUZZ_OPS(peer_wait);`;
    await expect(subjectOf(text)).rejects.toThrow(
      'an op leaves the address of a local variable in "waiter", where others would find it; refuzz can follow none',
    );
  });

  test('may be more than a set of 32 bits has room for, and the answers stay right', async () => {
    const last = await schemeIn('many-words.c', ['SLOT=23']);
    expect(last.words).toHaveLength(24);
    // Slot 9 shares its bit with slot 23 in the reduction.
    const faults = faultsOf(last);
    expect(faults).toContain('freed-while-held in wide_put');
    expect(faultsOf(await schemeIn('many-words.c', ['SLOT=9']))).toEqual(faults);
  });
});

describe('a state on one line', () => {
  test('says what a body would set up', async () => {
    const { states } = await schemeIn('words.c');
    expect(states.one).toMatchObject({ count: 1, list: 0, noted: false, holders: [0] });
    expect(states.odd).toMatchObject({ count: 2, list: 1, holders: [0, 1] });
    expect(states.seen).toMatchObject({ count: 1, list: 2, noted: true, holders: [0], readers: true });
    expect(states.block).toMatchObject({ count: 1, list: 0, holders: [0] });
  });
});

describe('a scheme in a file of its own, around a driver that knows nothing of refuzz', () => {
  test('has the roles that signatures say, and is sound', async () => {
    const scheme = await schemeIn('peer-scheme.c');
    const roles = Object.entries(scheme.ops).map(([name, { role }]) => `${name} ${role}`);
    expect(roles).toEqual(['peer_get get', 'peer_put put', 'peer_poll other']);
    expect(scheme.words!.map(({ name }) => name).sort()).toEqual(['lookups', 'peer_lock', 'registered']);
    expect(faultsOf(scheme)).toEqual([]);
  });

  test('is told which signature says no role', async () => {
    const text = `#include <linux/refcount.h>
struct peer { refcount_t refs; };
static int peer_try(struct peer *peer) { return refcount_inc_not_zero(&peer->refs) ? 0 : -1; }
REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(one, .count = 1);
REFUZZ_OPS(peer_try);`;
    await expect(subjectOf(text)).rejects.toThrow(
      /the signature of peer_try does not say its role: declare it with REFUZZ_GET, REFUZZ_PUT or REFUZZ_ACT/,
    );
  });
});

describe('a counter that says what its ops ought to do', () => {
  test('is judged by that', async () => {
    const gate = (await feature('declarations/gate.c')) as Counter;
    expect(gate.ops.try_enter!.ideal).toBe('+n unless 0');
    expect(faultsOf(gate, 2, 2)).toEqual([]);
  });
});

describe('what is to be decided', () => {
  const text = (outside: string, inside: string) => `#include <linux/refcount.h>
struct peer { refcount_t refs; };
${outside}
REFUZZ_SCHEME(struct peer, refs);
REFUZZ_STATE(one, .count = 1, .holders = 1);
REFUZZ_PUT(put)
{
	${inside}
	if (refcount_dec_and_test(&object->refs))
		refuzz_free();
}`;

  test.each([
    [
      'outside of a function',
      text('REFUZZ_TODO("whose is it?");', ''),
      /4:1: .*to be decided: whose is it\?/,
    ],
    ['in one', text('', 'REFUZZ_TODO("who frees?");'), /9:2: .*to be decided: who frees\?/],
    [
      'in an expression',
      text('', 'int n = ({ REFUZZ_TODO("how many?"); 0; });'),
      /to be decided: how many\?/,
    ],
  ])('%s is an error with its place, until it is decided', async (_where, source, said) => {
    await expect(subjectOf(source)).rejects.toThrow(said);
    const decided = source.replace(/REFUZZ_TODO\("[^"]*"\);/, '');
    expect(faultsOf(await subjectOf(decided), 2, 2)).toEqual([]);
  });
});

test.each(oneIn(3, PAIRS.declarations))(`%s: %s is found, ${sampleOf(3)}`, async (file, defect, found) => {
  const faults = faultsOf(await feature(`declarations/${file}.c`, [defect]));
  expect(faults).toContain(found.replace(' ', ' in '));
});

describe.each([
  'session',
  'device',
  'cache',
])('the %s protocol, with all declared by hand and with what is found', (name) => {
  test('is the same', async () => {
    const file = `protocols/${name}-scheme.c`;
    const [declared, found] = [await schemeIn(file, ['DECLARED']), await schemeIn(file)];
    const named = ({ words }: Scheme) => words!.map((word) => word.name).sort();
    expect(named(found)).toEqual(named(declared));
    const target: Target = {
      name: 'test',
      about: 'two forms of one protocol',
      reference: { ...declared, name: 'declared' },
      subject: { ...found, name: 'found' },
      threads: 2,
      ops: Object.keys(declared.ops),
      initial: Object.keys(declared.states),
      arguments: [],
      oracles: ['outcomes', 'lifetime'],
    };
    expect(decided(target, 2, 2)).toMatchObject({ undecided: 0, differing: 0, losing: 0 });
    expect(faultsOf(found, 2, 2)).toEqual([]);
  });
});

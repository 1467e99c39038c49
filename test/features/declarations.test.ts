import { describe, expect, test } from 'vitest';
import type { Counter, Scheme } from '../../targets/subject/subject.ts';
import { faultsOf, feature } from './alone.ts';

const schemeIn = async (file: string, defines?: readonly string[]) =>
  (await feature(`declarations/${file}`, defines)) as Scheme;

describe('words that nobody has declared', () => {
  test('are those that ops write, and those that states set and ops read', async () => {
    const { words, states, compiled } = await schemeIn('words.c');
    const named = words!.map(({ name, isInObject }) => (isInObject ? `object.${name}` : name));
    expect(named).toEqual([
      'object.lock',
      'object.kind',
      'object.in_use/is_new',
      'object.next',
      'object.release',
      'object.slots[1]',
      'object.sequence',
      'object.flags',
      'object.stats.misses',
      'found_by.0',
      'lookups',
      'last_found',
      'tree_lock',
    ]);
    expect(compiled!.found).toHaveLength(named.length);
    const at = named.indexOf('object.kind');
    expect(states.odd!.words![at]).toBe(2);
    expect(states.one!.words![at]).toBe(0);
  });

  test('show what they point to', async () => {
    const { words } = await schemeIn('words.c');
    const word = (name: string) => words!.find((one) => one.name === name)!;
    expect(word('next').nameOf?.(0)).toBe('NULL');
    expect(word('kind').nameOf).toBeUndefined();
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
    expect(roles).toEqual(['peer_get get', 'peer_put put', 'peer_reap other']);
    expect(scheme.words!.map(({ name }) => name)).toEqual(['dead', 'lookups', 'peer_lock']);
    expect(faultsOf(scheme)).toEqual([]);
  });

  test('is unsound with one line of the driver moved out of the lock', async () => {
    expect(faultsOf(await schemeIn('peer-scheme.c', ['PLANTED']))).toContain('warning in peer_get');
  });
});

describe('a counter that says what its ops ought to do', () => {
  test('is judged by that', async () => {
    const gate = (await feature('declarations/gate.c')) as Counter;
    expect(gate.ops.try_enter!.ideal).toBe('+n unless 0');
    expect(faultsOf(gate, 2, 2)).toEqual([]);
  });

  test('is found out where it does something else', async () => {
    const planted = await feature('declarations/gate.c', ['PLANTED']);
    expect(faultsOf(planted, 2, 1)).toEqual(['double-free in leave']);
  });
});

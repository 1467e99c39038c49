import { expect, test } from 'vitest';
import { NO_LAYOUT } from './layout.ts';
import { Astray, SoughtPlaces } from './sought-places.ts';
import type { StateMemory } from './state-memory.ts';
import { WordNames } from './word-names.ts';

/** `static struct net net;` and behind it `static int leads;`, of which the compiler has kept a byte: it is 0 or 1. */
const NET = { name: 'net', address: 8192, size: 8 };
const LEADS = { name: 'leads', address: 8200, size: 1 };
const layout = { ...NO_LAYOUT, statics: { from: 8192, to: 9000 }, variables: [NET, LEADS] };
const memory = { isSet: (address: number) => address === LEADS.address } as unknown as StateMemory;
const sought = () => new SoughtPlaces(layout, new WordNames(layout, []), memory, []);

test('who strays into a variable of one byte says nothing of how wide its word is', () => {
  const places = sought();
  expect(places.written(LEADS.address, 1)).toBe(0);
  // A list whose head is taken for another's: its next lies where the variable is.
  expect(() => places.read(LEADS.address, 4)).toThrow(Astray);
  expect(() => places.written(LEADS.address - 4, 8)).toThrow(Astray);
  expect(places.found()).toEqual([{ name: 'leads', address: LEADS.address, size: 1 }]);
});

test('a part of a variable, and what belongs to no variable, is no astray access', () => {
  const places = sought();
  expect(places.written(NET.address + 4, 4)).toBe(0);
  expect(places.written(LEADS.address + 4, 4)).toBe(1);
  expect(places.found().map(({ name }) => name)).toEqual(['net+4', 'static+12']);
});

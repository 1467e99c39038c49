import { expect, test } from 'vitest';
import { nameOf, variablesIn } from './variables.ts';

const DATA = [
  { address: 65_536, bytes: new Uint8Array(8) },
  { address: undefined, bytes: new Uint8Array(8) },
];
const text = (name: string) => [name.length, ...Buffer.from(name)];
/** Kind 1 is data: flags, name, segment, offset, size. */
const variable = (name: string, segment: number, offset: number) => [1, 2, ...text(name), segment, offset, 4];
const SYMBOLS = [
  ...[6],
  // A function that is defined here, and one that is imported under its own name.
  ...[0, 0, 7, ...text('act')],
  ...[0, 0x10, 3],
  ...variable('seen', 0, 4),
  // A text, what lies in no memory, and what is defined elsewhere.
  ...variable('.L.str', 0, 0),
  ...variable('lost', 1, 0),
  ...[1, 0x10, ...text('other')],
];
// The version, a part of another kind, and the table of symbols.
const SECTION = Uint8Array.from([2, 5, 1, 0, 8, SYMBOLS.length, ...SYMBOLS]);

test('variables have the address of their segment and their place in it', () => {
  expect(variablesIn(SECTION, DATA)).toEqual([{ name: 'seen', address: 65_540, size: 4 }]);
});

test('a section that is missing, cut off or of another kind tells of none', () => {
  expect(variablesIn(undefined, DATA)).toEqual([]);
  for (let length = 0; length < SECTION.length; length++)
    expect(variablesIn(SECTION.subarray(0, length), DATA), `${length} bytes`).toEqual([]);
  expect(variablesIn(Uint8Array.from([2, 5, 1, 0]), DATA)).toEqual([]);
});

test('a static variable of a function has its own name', () => {
  expect(nameOf({ name: 'refuzz_op_inc.seen', address: 0, size: 4 })).toBe('seen');
  expect(nameOf({ name: 'seen', address: 0, size: 4 })).toBe('seen');
});

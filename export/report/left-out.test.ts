import { expect, test } from 'vitest';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { leftOutLines } from './left-out.ts';

test('what both sides leave out is told once, behind the limits of every answer', () => {
  const cut = { ...smallScheme(), leavesOut: ['a long is cut'] };
  const more = { ...smallScheme(), leavesOut: ['a long is cut', 'nothing is locked'] };
  expect(leftOutLines(smallTarget(smallScheme()))).toEqual([]);
  expect(leftOutLines(smallTarget(cut, more))).toEqual(['left out: a long is cut; nothing is locked']);
});

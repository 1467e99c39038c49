import { expect, test } from 'vitest';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { limitsLine } from './limits-line.ts';

test('what both sides leave out is told once, behind what every answer leaves out', () => {
  const cut = { ...smallScheme(), leavesOut: ['a long is cut'] };
  const more = { ...smallScheme(), leavesOut: ['a long is cut', 'nothing is locked'] };
  expect(limitsLine(smallTarget(smallScheme()), 'so much')).toBe('limits: so much');
  expect(limitsLine(smallTarget(cut, more), 'so much')).toBe(
    'limits: so much; a long is cut; nothing is locked',
  );
});

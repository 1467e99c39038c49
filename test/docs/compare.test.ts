import { expect, test } from 'vitest';
import { difference, normalised } from './compare.ts';
import { readPage } from './page.ts';

test.each([
  [['a', 'b'], ['a', 'b'], [], undefined],
  [['a', '…'], ['a', 'b'], [], undefined],
  [['…', 'b'], ['a', 'b'], [], undefined],
  [['…', '', 'b'], ['a', '', 'a', '', 'b'], [], undefined],
  [['note', 'a'], ['a'], ['note'], undefined],
  [['in 3.1 s on 2 threads'], ['in 17 s on 8 threads'], [], undefined],
  [['abc…'], ['abcdef'], [], undefined],
  [['a … c; …'], ['a b c; d'], [], undefined],
  [['1…2'], ['1…2'], [], undefined],
  [['1…2'], ['1 to 2'], [], 'shown "1…2", printed "1 to 2"'],
  [['a (…) c'], ['a (b) d'], [], 'shown "a (…) c", printed "a (b) d"'],
  [['a'], ['a', 'b'], [], 'printed "b", which is not shown'],
  [['a', 'c'], ['a', 'b'], [], 'shown "c", printed "b"'],
  [['a', 'b'], ['a', 'x', 'b'], [], 'shown "b", printed "x"'],
  [['3 new'], ['4 new'], [], 'shown "3 new", printed "4 new"'],
] as const)('%j against %j', (shown, out, err, wanted) => {
  expect(difference(shown, out, err)).toBe(wanted);
});

test.each([
  [['7 x', '…'], ['  12   x', 'more'], {}, 'shown "7 x", printed "  12   x"'],
  [['7 x', '…'], ['  12   x', 'more'], { varies: ['\\d+'] }, undefined],
  [['7 x', '…'], ['  12   y', 'more'], { varies: ['\\d+'] }, 'shown "~ x", printed "~ y"'],
  [['b', 'a'], ['a', 'b'], {}, 'shown "b", printed "a"'],
  [['b', 'a'], ['a', 'b'], { isAnyOrder: true }, undefined],
  [['b', 'a'], ['a', 'b', 'c'], { isAnyOrder: true }, 'printed "c", which is not shown'],
  [['b', '…'], ['a', 'b', 'c'], { isAnyOrder: true }, undefined],
  [['b', 'b'], ['a', 'b'], { isAnyOrder: true }, 'shown "b", not printed'],
] as const)('%j against %j, with %j', (shown, out, leniency, wanted) => {
  expect(difference(shown, out, [], leniency)).toBe(wanted);
});

test('only times, speeds, memory, cores, processes, dates and patch levels are made equal', () => {
  expect(normalised('3600 programs in 10.6 s; 9 new')).toBe('3600 programs in N s; 9 new');
  expect(normalised('367 programs/s  70k op pairs/s  94 MB')).toBe('N programs/s  N op pairs/s  N MB');
  expect(normalised('process 12, since 2026-11-30T05:26:03.678Z, of 12')).toBe(
    'process N, since DATE, of 12',
  );
  expect(normalised('Linux 6.12.117, 6.1.0-56-amd64, v5.5.1')).toBe('Linux 6.12.N, 6.1.N-N-amd64, v5.5.1');
});

test('a comment directly above a block belongs to it, and one that says nothing known is refused', () => {
  const page = (comment: string) =>
    readPage('a.md', `text\n${comment}\n\`\`\`\n$ a --time 3d\nb\n$ c\n\`\`\`\n`);
  const { commands } = page('<!-- shortened: 3d → 2s -->\n<!-- before: mkdir x -->');
  expect(commands.map(({ command, line }) => [command, line])).toEqual([
    ['a --time 3d', 4],
    ['c', 4],
  ]);
  expect(commands.map(({ notes }) => notes.shortened)).toEqual([[['3d', '2s']], [['3d', '2s']]]);
  expect(commands.map(({ notes }) => notes.before)).toEqual([['mkdir x'], []]);
  expect(() => page('<!-- not runn: why -->')).toThrow('no test knows what to do with');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SourceError } from './source-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'a.c');

/** A text in which `^` stands before the place. @param running, about what the error is about */
function placeIsAt(marked: string, running: string, about?: string): void {
  const before = marked.slice(0, marked.indexOf('^')).split('\n');
  writeFileSync(path, marked.replace('^', ''));
  const { line, column } = new SourceError(path, 'wrong', running, about);
  expect({ line, column }).toEqual({ line: before.length, column: before.at(-1)!.length + 1 });
}

const HEAD = '#include <refuzz.h>\nstatic int calls;\nREFUZZ_COUNTER(struct room, inc);\n';

test('the place is the line of the op that names the variable', () => {
  placeIsAt(`${HEAD}REFUZZ_OP(void, inc)\n{\n\tif (1) {\n\t}\n\t^calls++;\n}\n`, 'inc', 'calls');
  placeIsAt(
    `${HEAD}REFUZZ_ACT(clean) { other(); ^calls++; }\nint other(void) { calls = 1; }`,
    'clean',
    'calls',
  );
});

test('a comment names nothing, and neither does a declaration', () => {
  const op = 'REFUZZ_PUT(leave)\n{\n\tstatic int calls;\n\t/* counts\n\tcalls */\n\t^calls++; // calls\n}';
  placeIsAt(`// REFUZZ_PUT(leave) { calls++; }\n${op}`, 'leave', 'calls');
});

test('where several lines name it, or none, the place is that of the op', () => {
  placeIsAt(`${HEAD}REFUZZ_GET(^look) {\n calls++;\n calls--;\n}`, 'look', 'calls');
  placeIsAt(
    `${HEAD}REFUZZ_OP(void, ^add, int, n) { count(n); }\nint a(void) { calls++; }\nint b(void) { calls++; }`,
    'add',
    'calls',
  );
  placeIsAt(`${HEAD}REFUZZ_USE(^look) { }`, 'look');
});

test('where only another function names it, the place is there', () => {
  const helper = '{ ^calls++; }\n';
  placeIsAt(`${HEAD}static void count(void)\n${helper}REFUZZ_OP(void, inc) { count(); }`, 'inc', 'calls');
  placeIsAt(
    'void f(void) { calls++; }\nvoid g(void) { calls--; }\nREFUZZ_PUT(^inc) { g(); }',
    'inc',
    'calls',
  );
});

test('a state is none of the ops', () => {
  placeIsAt('REFUZZ_GET(one) { calls++; }\nREFUZZ_STATE(one) { ^calls = 1; }', 'state one', 'calls');
  placeIsAt('REFUZZ_STATE(one) { calls = 1; }\nREFUZZ_GET(one) { ^calls++; }', 'one', 'calls');
});

test.each([
  ['declared by a macro', 'ALL(inc)', 'inc'],
  ['a callback', 'REFUZZ_ACT(callback) { }', 'the RCU callback'],
])('%s has no place', (_what, text, running) => {
  writeFileSync(path, text);
  expect(new SourceError(path, 'wrong', running).line).toBeUndefined();
});

test('a source that is gone has no place', () => {
  expect(new SourceError(join(folder, 'gone.c'), 'wrong', 'inc').message).toBe(
    `${join(folder, 'gone.c')}: wrong`,
  );
});

import { expect, test } from 'vitest';
import { cFiles } from '../c/c-program.ts';
import { mjsFiles } from '../mjs/mjs-program.ts';
import { amalgamation, type ReadFile } from './amalgamation.ts';

/** A language for tests: a line "> x" needs x, a line "! x" comes with the system. */
function read(text: string): ReadFile {
  const lines = text.split('\n');
  return {
    externals: lines.filter((line) => line.startsWith('! ')),
    parts: lines
      .filter((line) => !line.startsWith('! '))
      .map((line) => (line.startsWith('> ') ? { needs: line.slice(2) } : line)),
  };
}

const runtime = { folder: 'no/such/folder', read };

test('each file once, where it is first needed, by its place beside the one that needs it', () => {
  const files = {
    'a/main': '! z\n! y\nfirst\n> ../b/one\nbetween\n> two\nlast',
    'b/one': '! y\n> ../a/two\none',
    'a/two': 'two',
  };
  expect(amalgamation(runtime, 'a/main', files)).toEqual({
    externals: ['! y', '! z'],
    texts: ['first', 'two', 'one', 'between', 'last'],
  });
});

test('files that need each other are no circle without end', () => {
  expect(amalgamation(runtime, 'a', { a: '> b\na', b: '> a\nb' }).texts).toEqual(['b', 'a']);
});

test('no example gets into a reproducer', () => {
  expect(() => cFiles('export/c/runtime', 'counter.c', {})).toThrow(
    'internal: nothing was generated for export/c/runtime/example/case.h',
  );
  expect(() => mjsFiles('counter.mjs', {})).toThrow('internal: nothing was generated for');
});

import { posix } from 'node:path';
import { InputError } from '../../subject/input-error.ts';
import type { CSource } from './source-files.ts';

/**
 * Warnings of clang that tell of undefined behaviour, which the compiled code does not show: what it does then is one of
 * many things that it might do. They are on by default, or switched on by WARNING_FLAGS; all other warnings are dropped.
 */
const SHOWN = new Set(
  [
    'uninitialized',
    'sometimes-uninitialized',
    'uninitialized-const-pointer',
    'uninitialized-const-reference',
    'return-type',
    'array-bounds',
    'array-bounds-pointer-arithmetic',
    'fortify-source',
    'null-dereference',
    'division-by-zero',
    'shift-count-negative',
    'shift-count-overflow',
    'unsequenced',
    'return-stack-address',
    'dangling',
    'sizeof-pointer-memaccess',
    'infinite-recursion',
  ].map((name) => `-W${name}`),
);

/** Options of clang for those that are not on by default. */
export const WARNING_FLAGS: readonly string[] = [
  '-Wuninitialized',
  '-Wsometimes-uninitialized',
  '-Warray-bounds-pointer-arithmetic',
];

/**
 * `source/a.c:3:5: error: use of undeclared identifier 'x'` becomes an error at line 3, column 5, of the user's `a.c`.
 * The linker's errors have no place: they are passed on as they are.
 */
export function errorOf(source: CSource, said: string): InputError {
  const errors = messagesIn(said).filter((message) => !WARNING.test(message));
  const text = withNames(source, errors.join('')).trimEnd();
  const [line, file, row, column, problem] = FIRST_ERROR.exec(text) ?? [];
  if (line === undefined) return new InputError(source.path, text);
  // "In file included from" stands before its error; behind it, the place is first.
  const rest = text.replace(line, () => '').trimEnd();
  return new InputError(file!, rest ? `${problem}\n${rest}` : problem!, {
    line: Number(row),
    column: Number(column),
  });
}

/** Of what clang has said of a source that compiles: the warnings that are shown, with the user's names of files. */
export function warningsOf(source: CSource, said: string): string {
  const shown = messagesIn(said).filter((message) => SHOWN.has(WARNING.exec(message)?.[1] ?? ''));
  return withNames(source, shown.join(''));
}

/** The first line of a warning, with its option at the end: `a.c:3:5: warning: … [-Wuninitialized]`. */
const WARNING = /^.*:\d+:\d+: warning: .*?(?:\[(-W[^\],]*)[^\]]*\])?$/m;

/** `FILE:LINE:COLUMN: error: TEXT`, with all that follows. Lines of notes do not match. */
const FIRST_ERROR = /^(.*):(\d+):(\d+): (?:fatal )?error: (.*)\n?/m;

/** Of a chain of includes: so many at its start and its end say where it comes from. */
const CHAIN =
  /^((?:In file included from .*\n){2})((?:In file included from .*\n){3,})((?:In file included from .*\n){2})/gm;

/** The lines that a message may begin with, and the one that counts them, which belongs to none. */
const INCLUDED = /^In file included from /;
const HEAD = /^.*:\d+:\d+: (?:warning|(?:fatal )?error): /;
const COUNT = /^\d+ (?:warnings?|errors?)(?: and \d+ errors?)? generated\.$/;

/** A warning or an error with all that belongs to it: from where it is included, the line in question, notes. */
function messagesIn(said: string): string[] {
  const messages: string[] = [];
  let hasHead = true;
  for (const line of said.split(/(?<=\n)/)) {
    const text = line.trimEnd();
    if (COUNT.test(text)) continue;
    const isHead = HEAD.test(text);
    if (hasHead && (isHead || INCLUDED.test(text))) {
      messages.push('');
      hasHead = false;
    }
    hasHead ||= isHead;
    messages.push(`${messages.pop() ?? ''}${line}`);
  }
  return messages;
}

/**
 * Places are written with the names that the user knows. Only at the start of a line, and before `:LINE:`, so that no
 * quoted source text changes.
 */
export function withNames({ names, path }: CSource, said: string): string {
  return said
    .replace(CHAIN, (_all, first: string, middle: string, last: string) => {
      return `${first}… ${middle.split('\n').length - 1} more\n${last}`;
    })
    .replace(
      /^(In file included from )?\/((?:source|kernel|refuzz)\/.*?)(?=:\d+:)/gm,
      (_all, before: string | undefined, virtual: string) => {
        const file = posix.normalize(virtual);
        return (before ?? '') + (names.get(file) ?? file);
      },
    )
    .replaceAll('object.o', () => path);
}

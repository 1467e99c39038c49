import { closest, distance } from 'fastest-levenshtein';
import { InputError, type Position } from '../../subject/input-error.ts';
import { withoutComments } from '../recorded/source-place.ts';
import { withNames } from './diagnostics.ts';
import { type Offered, offeredBy } from './offered-names.ts';
import { type CSource, REFUZZ_INCLUDE } from './source-files.ts';
import { isMisread, nameAdvice, undefinedNames } from './undefined-names.ts';

/** A header that is not found, or a name that nobody declares: where it is first met, and what to write. */
interface Unknown {
  readonly file: string;
  readonly at: Position;
  readonly text: string;
  readonly advice: string;
}

/**
 * All headers that a source includes and that are not there, all functions that it calls and that nobody declares, and all
 * constants, variables and types that nobody defines, as one error: a user who pastes a driver would meet one of them with
 * each run otherwise.
 *
 *     gate.c:2:10: 2 headers are not found, and 1 function is declared nowhere:
 *       gate.c:2:10   <linux/spinlocks.h>   is <linux/spinlock.h> meant?
 *       …
 *
 * @param said what clang has said of the source, missing headers being taken for empty ones
 * @param missing these, as they are written
 * @returns undefined where all is known
 */
export function unknownNames(
  source: CSource,
  said: string,
  missing: readonly string[] = [],
): InputError | undefined {
  // Of a file that includes itself nothing but that is to be told: what follows it was never read.
  if (said.includes('#include nested too deeply')) return undefined;
  const headers = [...new Set(missing)].flatMap((name) => unknownHeader(source, name) ?? []);
  const offered = offeredBy(refuzzHeaders(source), isOfKernel(source));
  const text = withNames(source, said);
  const functions = unknownFunctions(source, text, offered);
  const names = isMisread(said) ? [] : unknownConstants(withNames(source, inOwnFiles(said)), offered);
  // Of one alone, for which there is no header, clang says more.
  if (headers.length + functions.length === 0 && names.length === 1 && !names[0]!.advice.startsWith('#'))
    return undefined;
  const [first, ...others] = [...headers, ...functions, ...names];
  if (!first) return undefined;
  const without = headers.filter(({ advice }) => advice === NO_SUCH_HEADER);
  const remedy = emptyHeaders(without.map(({ text }) => text));
  // One alone needs no table.
  const told =
    others.length === 0
      ? [`${first.text} is ${headers[0] ? NOT_FOUND : names[0] ? UNDEFINED : UNKNOWN}; ${first.advice}`]
      : [...counted(headers, functions, names), ...rows([first, ...others])];
  return new InputError(first.file, [...told, ...remedy].join('\n'), first.at);
}

const NOT_FOUND = 'not found';
const UNKNOWN = 'declared nowhere';
const UNDEFINED = 'defined nowhere';

/** `1 header is not found, 2 functions are declared nowhere, and 1 name is defined nowhere:` */
function counted(
  headers: readonly Unknown[],
  functions: readonly Unknown[],
  names: readonly Unknown[],
): string[] {
  const texts = [
    ...counts(headers, ['header is', 'headers are'], NOT_FOUND),
    ...counts(functions, ['function is', 'functions are'], UNKNOWN),
    ...counts(names, ['name is', 'names are'], UNDEFINED),
  ];
  const last = texts.pop()!;
  return [`${texts.length > 0 ? `${texts.join(', ')}, and ` : ''}${last}:`];
}

/** `1 header is not found`; nothing of none. */
function counts(
  { length }: readonly Unknown[],
  [one, many]: readonly [string, string],
  what: string,
): string[] {
  return length === 0 ? [] : [`${length} ${length === 1 ? one : many} ${what}`];
}

/**
 * Places, names and advice, in columns: a reader goes down one of them, to see which headers there are, or copies one whole
 * into his source.
 */
function rows(all: readonly Unknown[]): string[] {
  const place = ({ file, at }: Unknown) => `${file}:${at.line}:${at.column}`;
  const width = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const places = width(all.map(place));
  const names = width(all.map(({ text }) => text));
  return all.map((one) => `  ${place(one).padEnd(places)}  ${one.text.padEnd(names)}  ${one.advice}`);
}

/**
 * Where a header is included first. The compiler only lists the names of those that it missed, so the line is looked for, as
 * in `source-files.ts`: it may be one in a branch that is not taken, when another that is taken includes the same.
 *
 * @returns undefined for a name that a macro makes up
 */
function unknownHeader(source: CSource, name: string): Unknown | undefined {
  const line = /^[ \t]*#[ \t]*include[ \t]*(?=["<])/gm;
  for (const [file, text] of source.files) {
    for (const { 0: head, index } of text.matchAll(line)) {
      const from = index + head.length;
      const form = text.slice(from, from + name.length + 2);
      if (form !== `<${name}>` && form !== `"${name}"`) continue;
      const advice = headerAdvice(source, name);
      return { file: source.names.get(file) ?? file, at: positionAt(text, from), text: form, advice };
    }
  }
  return undefined;
}

function positionAt(text: string, at: number): Position {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** Names that differ by so few letters are taken for a slip. */
const FEW_LETTERS = 2;

/** What lies in a folder of headers of the kernel's is the kernel's; all else is the user's own. */
const OF_THE_KERNEL =
  /^(?:linux|asm|asm-generic|net|uapi|trace|vdso|drm|sound|scsi|rdma|crypto|kunit|media)\//;

const NO_SUCH_HEADER = 'refuzz has none of that name';

function headerAdvice(source: CSource, name: string): string {
  const own = refuzzHeaders(source);
  const near = closest(name, [...own.keys()]);
  if (distance(name, near) <= FEW_LETTERS) return `is <${near}> meant?`;
  if (OF_THE_KERNEL.test(name)) return NO_SUCH_HEADER;
  return 'files are read from the folder of the source, links followed, and from those that --include names';
}

/** Of what refuzz brings along: name, as it is included → text. */
function refuzzHeaders({ files }: CSource): ReadonlyMap<string, string> {
  const all = [...files].filter(([file]) => file.startsWith(`${REFUZZ_INCLUDE}/`));
  return new Map(all.map(([file, text]) => [file.slice(REFUZZ_INCLUDE.length + 1), text]));
}

/** The commands that make empty headers of the kernel's: most of what a driver includes has no part in its counting. */
function emptyHeaders(forms: readonly string[]): string[] {
  const names = forms.map((form) => form.slice(1, -1));
  if (names.length === 0) return [];
  const files = names.map((name) => `stubs/${name}`);
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
  return [
    'Headers that have no part in the protocol may be empty; name their folder with --include stubs:',
    `  mkdir -p ${folders.join(' ')} && touch ${files.join(' ')}`,
  ];
}

/** The first call of each, as clang warns of it. */
const UNDECLARED =
  /^(.*):(\d+):(\d+): warning: call to undeclared (?:library )?function '(\w+)'.*\[-Wimplicit-function-declaration\]$/gm;

/** A number is not converted to a pointer: where a call gives one, somebody must say so. The place is that of the call, or left of it. */
const WANTS_POINTER = /^(.*):(\d+):(\d+): error: incompatible integer to pointer conversion/gm;

interface Call {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Those for which the source has a REFUZZ_STUB are known. */
function unknownFunctions(source: CSource, said: string, offered: Offered): Unknown[] {
  const stubs = stubsOf(source);
  const calls = Array.from(said.matchAll(UNDECLARED), ([, file, line, column, name]): Call => {
    return { name: name!, file: file!, line: Number(line), column: Number(column) };
  });
  const pointers = new Set(
    Array.from(said.matchAll(WANTS_POINTER), ([, file, line, column]) => {
      const behind = calls.filter(
        (call) => call.file === file && call.line === Number(line) && call.column >= Number(column),
      );
      return behind.sort((one, other) => one.column - other.column)[0]?.name;
    }),
  );
  const found = new Map<string, Unknown>();
  for (const { name, file, line, column } of calls) {
    if (found.has(name) || stubs.has(name)) continue;
    const advice = functionAdvice(offered, name, pointers.has(name));
    found.set(name, { file, at: { line, column }, text: `${name}()`, advice });
  }
  return [...found.values()];
}

/** By the text: a source that does not compile has no module whose exports could tell. */
function stubsOf({ files }: CSource): ReadonlySet<string> {
  const own = [...files].filter(([file]) => file.startsWith('source/'));
  const stub = /\bREFUZZ_STUB(?:_RETURNS)?[ \t]*\([ \t]*(\w+)/g;
  return new Set(
    own.flatMap(([, text]) => Array.from(withoutComments(text).matchAll(stub), ([, name]) => name!)),
  );
}

/**
 * What to write for a function. One that refuzz has needs its header; a slip of one letter is one only in a name that is long
 * enough, for `get` and `put` differ by two.
 */
function functionAdvice({ functions }: Offered, name: string, givesPointer: boolean): string {
  const header = functions.get(name);
  if (header) return `#include <${header}>`;
  const near = closest(name, [...functions.keys()]);
  if (name.length > 3 * FEW_LETTERS && distance(name, near) <= 1)
    return `is ${near} of <${functions.get(near)}> meant?`;
  return givesPointer
    ? `if it does not matter: void *${name}(); REFUZZ_STUB(${name});`
    : `if it does not matter: REFUZZ_STUB(${name});`;
}

function unknownConstants(said: string, { functions, names }: Offered): Unknown[] {
  return undefinedNames(said).map((one): Unknown => {
    const header = names.get(one.name) ?? functions.get(one.name);
    const { name, file, line, column } = one;
    const advice = header ? `#include <${header}>` : nameAdvice(one);
    return { file, at: { line, column }, text: name, advice };
  });
}

/** What is said of the user's files: what a kernel's tree lacks he does not paste. */
function inOwnFiles(said: string): string {
  return said
    .split('\n')
    .filter((line) => /^\/?source\//.test(line))
    .join('\n');
}

/** C11 and the kernel give some names to different functions. */
function isOfKernel({ files }: CSource): boolean {
  return [...files].some(([file, text]) => file.startsWith('source/') && /<linux\//.test(text));
}

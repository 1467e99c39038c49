import type { Counter } from '../census/counter.ts';
import type { Edit } from './unified-diff.ts';

/** The types that become `refcount_t`. */
const TYPES: ReadonlySet<string> = new Set(['atomic_t', 'atomic64_t', 'atomic_long_t']);

/**
 * The declaration with its new type.
 *
 *     atomic_t refs;            refcount_t refs;
 *     atomic_t reads, writes;   refused: one of the two may be no reference counter
 *
 * @returns why it cannot be changed, where it cannot: another counter in the same declaration would change with it
 */
export function declarationOf({ declared, type }: Counter, text: string): Edit | string {
  if (!TYPES.has(type)) return `its type is ${type}`;
  if (text.slice(declared.from, declared.to) !== type) return 'its declaration is not written plainly';
  if (isShared(text, declared.to))
    return 'another variable is declared with it: give each a declaration of its own';
  return { from: declared.from, to: declared.to, text: 'refcount_t' };
}

/** Whether there is a comma before the end of the declaration, outside of brackets: `atomic_t a, b;`. */
function isShared(text: string, from: number): boolean {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!;
    if ('([{'.includes(letter)) depth++;
    // A parameter: the comma after it is another matter.
    else if (')]}'.includes(letter) && --depth < 0) return false;
    else if (letter === ';') return false;
    else if (letter === ',' && depth === 0) return true;
  }
  return false;
}

/** Other declarations of a variable: `extern atomic_t users;` in a header. */
export function externsOf({ struct, field, type }: Counter, text: string): Edit[] {
  if (struct !== '') return [];
  const pattern = new RegExp(`\\bextern\\s+(?:\\w+\\s+)*?(${type})(?=\\s+${field}\\b)`, 'g');
  return [...text.matchAll(pattern)].map(({ index, 0: all }) => {
    const to = index + all.length;
    return { from: to - type.length, to, text: 'refcount_t' };
  });
}

/** What brings `refcount_t` with it. */
const BRINGS = /^[ \t]*#[ \t]*include[ \t]*<linux\/(?:refcount|kref)\.h>/m;
/** Kernel style sorts includes by nothing in particular, so the new one goes where the alphabet puts it among its peers. */
const INCLUDE = '#include <linux/refcount.h>\n';

/**
 * The include that the file needs, or undefined where it has one.
 *
 *     #include <linux/list.h>
 *     #include <linux/refcount.h>       goes here
 *     #include <linux/slab.h>
 *
 * Found through another header it might be gone with the next change there, so only what the file itself says counts.
 */
export function includeOf(text: string): Edit | undefined {
  if (BRINGS.test(text)) return undefined;
  const found = includesOf(text);
  // In the order of names where the others are, and else after them: before the first one that should come after it.
  const before = found.filter(({ path }) => path < 'linux/refcount.h' && path.startsWith('linux/')).at(-1);
  const [first] = found;
  const at = before?.to ?? first?.from ?? afterGuard(text);
  return { from: at, to: at, text: INCLUDE };
}

/** An include of the file, with the range of its line. */
interface Include {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Those that hold in every configuration: outside of `#if`, but for the one around a whole header.
 *
 *     #ifndef _PEER_H                 a guard: what stands in it holds always
 *     #define _PEER_H
 *     #include <linux/list.h>         found
 *     #ifdef CONFIG_NET
 *     #include <linux/skbuff.h>       passed over: behind it the new include would depend on CONFIG_NET
 *     #endif
 */
function includesOf(text: string): Include[] {
  const found: Include[] = [];
  const guard = guardOf(text);
  let depth = 0;
  for (const line of text.matchAll(/^[ \t]*#[ \t]*(if|ifdef|ifndef|endif|include)\b([^\n]*)\n/gm)) {
    const [all, what, rest] = line as unknown as [string, string, string];
    if (what === 'endif') depth--;
    else if (what !== 'include') depth += guard !== undefined && line.index < guard ? 0 : 1;
    else if (depth <= 0) {
      const path = /<([^>]+)>/.exec(rest)?.[1];
      if (path !== undefined) found.push({ path, from: line.index, to: line.index + all.length });
    }
  }
  return found;
}

/** The end of the lines that keep a header from being read twice. */
function guardOf(text: string): number | undefined {
  const start = afterComments(text);
  const [line, name] =
    /^#[ \t]*ifndef[ \t]+(\w+)[^\n]*\n/.exec(text.slice(start, start + LONGEST_LINE)) ?? [];
  if (line === undefined) return undefined;
  const next = start + line.length;
  const [define, again] =
    /^[ \t]*#[ \t]*define[ \t]+(\w+)[^\n]*\n/.exec(text.slice(next, next + LONGEST_LINE)) ?? [];
  return define !== undefined && again === name ? next + define.length : undefined;
}

/** A guard is a short line; what is longer is none, and a pattern over a whole header would be slow for nothing. */
const LONGEST_LINE = 500;

/** A file without includes: after its guard, else before its first line of code. */
function afterGuard(text: string): number {
  return guardOf(text) ?? afterComments(text);
}

/** The start of the first line that is neither empty nor a comment. By hand: a pattern for this takes for ever on some files. */
function afterComments(text: string): number {
  let line = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '\n') line = ++at;
    else if (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\ufeff') at++;
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at + 2);
    else if (text.startsWith('//', at)) at = endOf(text, '\n', at) - 1;
    else break;
  }
  return line;
}

/** Behind the next occurrence, or behind the text: an open comment has no end. */
function endOf(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? text.length + 1 : found + what.length;
}

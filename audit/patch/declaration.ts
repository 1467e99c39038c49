import type { Counter } from '../census/counter.ts';
import type { Edit } from './unified-diff.ts';

/** The types that become `refcount_t`. */
const TYPES: ReadonlySet<string> = new Set(['atomic_t', 'atomic64_t', 'atomic_long_t']);

/**
 * The declaration with its new type.
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
const INCLUDE = '#include <linux/refcount.h>\n';

/**
 * The include that the file needs.
 *
 * @returns undefined where it has one; `nowhere` where no place for it can be told
 */
export function includeOf(text: string): Edit | undefined | 'nowhere' {
  if (BRINGS.test(text)) return undefined;
  const found = includesOf(text);
  // In the order of names where the others are, and else after them: before the first one that should come after it.
  const before = found.filter(({ path }) => path < 'linux/refcount.h' && path.startsWith('linux/')).at(-1);
  const [first] = found;
  const at = before?.to ?? first?.from ?? afterGuard(text);
  return at === undefined ? 'nowhere' : { from: at, to: at, text: INCLUDE };
}

interface Include {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Those that hold in every configuration: outside of `#if`, but for the one around a whole header. */
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
  const [all, , name] =
    /^((?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*)#[ \t]*ifndef[ \t]+(\w+)[^\n]*\n/.exec(text) ?? [];
  if (all === undefined) return undefined;
  const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b[^\\n]*\\n`).exec(text.slice(all.length));
  return define ? all.length + define[0].length : undefined;
}

/** A file without includes: after its guard, else before its first line of code. */
function afterGuard(text: string): number | undefined {
  const guard = guardOf(text);
  if (guard !== undefined) return guard;
  const start = /^(?:[ \t]*\n|\/\*[\s\S]*?\*\/[ \t]*\n|\/\/[^\n]*\n)*/.exec(text)![0].length;
  return text.startsWith('/*', start) ? undefined : start;
}

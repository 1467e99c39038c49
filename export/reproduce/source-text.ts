import type { Outcome, Result } from '../../targets/subject/subject.ts';

/**
 * Text of a case inside a program. What people wrote, and the names of ops and targets, may hold anything: quotes, line
 * breaks, the end of a comment, trigraphs, characters that turn the direction of writing. None of it may become code, in
 * any of the languages, nor look to a reader like code that is not there.
 */

/** Printable ASCII that can stand in a comment of C, JavaScript, Make or herd: none can be ended or begun by it. */
export function commentText(text: string): string {
  return (
    text
      .replace(/\p{C}+|[\u2028\u2029]+/gu, ' ')
      .replace(/[^\x20-\x7e]/g, '?')
      // Before the others: a backslash that becomes a slash must not end a comment.
      .replaceAll('\\', '/')
      .replace(/\*(?=[/)])/g, '* ')
      .replace(/([/(])(?=\*)/g, '$1 ')
      .replace(/\?(?=\?)/g, '? ')
      .trimEnd()
  );
}

/** A string literal of JavaScript, in ASCII. */
export function jsString(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A string literal of C. Octal escapes have a fixed length, so that no digit after one can join it. */
export function cString(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  const characters = bytes.map((byte) =>
    byte >= 0x20 && byte < 0x7f && !'"\\?'.includes(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `"${characters.join('')}"`;
}

/** Text as part of an identifier: `add(-1)` gives `add_m1`. */
export function identifierPart(text: string): string {
  const parts = text.replaceAll('-', ' m').match(/[a-zA-Z0-9_]+/g) ?? [];
  return parts.join('_').slice(0, 48) || 'op';
}

/** Identifiers for things, each one's own: `inc` and `inc_2` where two come to the same. */
export function identifiers<T>(things: Iterable<T>, textOf: (thing: T) => string): ReadonlyMap<T, string> {
  const taken = new Set<string>();
  const names = new Map<T, string>();
  for (const thing of things) {
    const base = identifierPart(textOf(thing));
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    names.set(thing, name);
  }
  return names;
}

/** Values up to here are written in decimal, others so that their bits can be read. The runtimes do the same (`show`). */
const DECIMAL = 4096;

/** `0xC0000000`: all 32 bits of a value. */
export function bits(value: number): string {
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** A value as programs print it. */
export function shownValue(value: Result | Outcome): string {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  return Math.abs(value) <= DECIMAL ? String(value) : bits(value);
}

/** A 32-bit value as JavaScript. */
export function jsLiteral(value: number): string {
  if (Math.abs(value) <= DECIMAL) return String(value);
  return value < 0 ? `(${bits(value)} | 0)` : bits(value);
}

/** A 32-bit value as an `int` of C. */
export function cLiteral(value: number): string {
  if (Math.abs(value) <= DECIMAL) return String(value);
  return value < 0 ? `(int)${bits(value)}` : bits(value);
}

import { InputError, type Position } from '../../subject/input-error.ts';
import { FILE, readText } from '../../subject/read-file.ts';

/**
 * An error of a source that shows only when it runs. The compiled code knows no lines, so the text is looked at once more:
 * the place is the one line of the op that names what the error is about; where it names that nowhere, the one line of
 * the source that does; else where the op is declared.
 *
 *     REFUZZ_ACT(clean)                 declared here
 *     {
 *             calls++;                  clean writes "calls": here
 *     }
 *
 * Without a place where a macro declares the op, or another file does, or the source is gone.
 */
export class SourceError extends InputError {
  /**
   * @param running what runs: an op by its name, `state one`
   * @param about a variable, a member or a function
   */
  constructor(path: string, text: string, running: string, about?: string) {
    const [, state, name] = /^(state )?(\w+)$/.exec(running) ?? [];
    super(path, text, name === undefined ? undefined : placeIn(path, state ? 'state' : 'op', name, about));
  }
}

/** Where a source declares an op or a state. @returns undefined where a macro does, or the source is gone */
export function declaredAt(path: string, what: 'op' | 'state', name: string): Position | undefined {
  return placeIn(path, what, name);
}

/** The macros that declare them. */
const DECLARING = { op: 'OPS?|GET|ENTER|PUT|USE|ACT', state: 'STATE' } as const;

function placeIn(path: string, what: 'op' | 'state', name: string, about?: string): Position | undefined {
  let text: string;
  try {
    text = readText(path, FILE.source);
  } catch {
    return undefined;
  }
  const code = withoutComments(text);
  const head = `\\bREFUZZ_(?:${DECLARING[what]})[ \\t]*\\([^()]*?\\b${name}\\b`;
  const declaration = new RegExp(head).exec(code);
  if (!declaration) return undefined;
  const end = declaration.index + declaration[0].length;
  return positionOf(text, onlyMention(code, end, about) ?? end - name.length);
}

/** @returns undefined where it is named in several lines, or in none */
function onlyMention(code: string, from: number, about: string | undefined): number | undefined {
  if (about === undefined || !/^\w+$/.test(about)) return undefined;
  const body = bodyAt(code, from);
  const inBody = mentions(body.text, about);
  if (inBody.length > 0) return inBody.length === 1 ? body.from + inBody[0]! : undefined;
  const [only, ...others] = mentions(code, about);
  return others.length === 0 ? only : undefined;
}

/** The first in each line, but for those that declare it, or what refuzz is to know of it. */
function mentions(code: string, name: string): number[] {
  const declaration = `static\\b[^{\\n]*\\b${name}\\b|#|REFUZZ_(?:WORD|FIELD)\\b`;
  const lines = new RegExp(`^(?![ \\t]*(?:${declaration})).*?\\b${name}\\b`, 'gm');
  return Array.from(code.matchAll(lines), ({ 0: text, index }) => index + text.length - name.length);
}

/** What stands within the next pair of braces. */
function bodyAt(code: string, at: number): { readonly from: number; readonly text: string } {
  const from = code.indexOf('{', at) + 1;
  if (from === 0) return { from: at, text: '' };
  let depth = 1;
  let to = from;
  for (; to < code.length && depth > 0; to++) {
    if (code[to] === '{') depth++;
    else if (code[to] === '}') depth--;
  }
  return { from, text: code.slice(from, to) };
}

/** Blanks in the place of comments, so that what is left stands where it stood. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

/** Line and column of an index. */
export function positionOf(text: string, at: number): Position {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

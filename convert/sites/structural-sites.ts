import type { CallSite, FreeSite, OpSite, Site } from './site.ts';
import { bodyAt, lineOf, type SourceFile } from './source-file.ts';
import { closing, textOf } from './tokens.ts';

/** What frees an object. */
const FREES = /^(?:kfree|kvfree|kmem_cache_free|kfree_sensitive)$/;

/** The places of a file where the structure may change: references that are kept, puts that are left to RCU. */
export function structuralSites(file: SourceFile, ops: readonly OpSite[], structure: string): Site[] {
  const { tokens } = file;
  // An RCU callback may need a member more, so the structure must be at hand.
  const isHere = tokens.some(
    ({ text }, at) => text === 'struct' && tokens[at + 1]?.text === structure && tokens[at + 2]?.text === '{',
  );
  return [...callSites(file, ops), ...(isHere ? freeSites(file, ops) : [])];
}

/**
 * Calls, as statements, of functions that do one op and no more: `dest_unbind(dest);`. The op itself stays, for other callers;
 * ops that a source declares are what is converted, and not a choice.
 */
function callSites(file: SourceFile, ops: readonly OpSite[]): CallSite[] {
  const { tokens, text } = file;
  const wrappers = new Set(
    file.bodies
      .filter(({ kind }) => kind === 'function' || kind === 'macro')
      .map(({ name }) => name)
      .filter((name) => {
        const own = ops.filter(({ within }) => within === name);
        return own.length === 1 && own[0]!.effect.kind === 'add' && own[0]!.use.kind === 'void';
      }),
  );
  return tokens.flatMap(({ text: name, from }, at) => {
    if (!wrappers.has(name) || tokens[at + 1]?.text !== '(') return [];
    const body = bodyAt(file, at);
    const close = closing(tokens, at + 1);
    const isStatement = [';', '{', '}', ')', 'else'].includes(tokens[at - 1]?.text ?? '');
    if (body?.kind !== 'function' || !isStatement || tokens[close + 1]?.text !== ';') return [];
    const to = tokens[close]!.to;
    const place = { file: file.name, from, to, line: lineOf(text, from), within: body.name };
    return [{ kind: 'call' as const, name: '', calls: name, written: text.slice(from, to), ...place }];
  });
}

/**
 * Last puts with their free, in the two ways in which they are written.
 *
 *     if (atomic_dec_and_test(&p->refs))          a statement
 *             kfree(p);
 *
 *     if (atomic_dec_return(&p->refs) >= 0)       a function that tells whether it has freed
 *             return false;
 *     kfree(p);
 *     return true;
 */
function freeSites(file: SourceFile, ops: readonly OpSite[]): FreeSite[] {
  return ops.flatMap((site) => {
    if (
      site.file !== file.name ||
      site.effect.kind !== 'add' ||
      site.effect.sign > 0 ||
      site.use.kind === 'void'
    )
      return [];
    const at = file.tokens.findIndex(({ from }) => from === site.from);
    const body = bodyAt(file, at);
    if (body?.kind !== 'function') return [];
    return statementAt(file, site, at) ?? functionOf(file, site, at, body) ?? [];
  });
}

/** `if (last put) kfree(p);`, with braces or without. One with an `else` does more than to free. */
function statementAt(file: SourceFile, site: OpSite, at: number): FreeSite | undefined {
  const { tokens } = file;
  const opens = tokens[at - 1]?.text === '(' && tokens[at - 2]?.text === 'if';
  if (!opens) return undefined;
  let next = closing(tokens, at - 1) + 1;
  const isBraced = tokens[next]?.text === '{';
  if (isBraced) next++;
  const free = freeAt(file, next);
  if (!free || (isBraced && tokens[free.end + 1]?.text !== '}')) return undefined;
  const end = isBraced ? free.end + 1 : free.end;
  if (tokens[end + 1]?.text === 'else') return undefined;
  return freeSite(file, site, [at - 2, end], free, undefined);
}

/** A function that tells whether it has freed: its callback frees later, and who asks is told that it will be. */
function functionOf(
  file: SourceFile,
  site: OpSite,
  at: number,
  body: { readonly from: number; readonly to: number },
): FreeSite | undefined {
  const { tokens, text } = file;
  if (tokens[at - 2]?.text !== 'if' || body.from !== at - 2) return undefined;
  const refusal = closing(tokens, at - 1) + 1;
  if (tokens[refusal]?.text !== 'return') return undefined;
  const behind = nextSemicolon(file, refusal);
  const free = freeAt(file, behind + 1);
  if (!free || tokens[free.end + 1]?.text !== 'return') return undefined;
  const end = nextSemicolon(file, free.end + 1);
  if (end !== body.to - 1) return undefined;
  const returns = textOf(text, tokens, [free.end + 2, end]);
  return freeSite(file, site, [at - 2, end], free, returns);
}

function nextSemicolon({ tokens }: SourceFile, from: number): number {
  let at = from;
  while (at < tokens.length - 1 && tokens[at]!.text !== ';') at++;
  return at;
}

/** `kfree(p);` @returns its last token, and what it is of */
function freeAt(
  { tokens, text }: SourceFile,
  at: number,
): { free: string; object: string; end: number } | undefined {
  if (!FREES.test(tokens[at]?.text ?? '') || tokens[at + 1]?.text !== '(') return undefined;
  const close = closing(tokens, at + 1);
  if (tokens[close + 1]?.text !== ';') return undefined;
  const name = textOf(text, tokens, [at, close + 1]);
  const object = tokens[close - 1]!.text;
  return { free: name, object, end: close + 1 };
}

function freeSite(
  { tokens, text, name }: SourceFile,
  { within }: OpSite,
  [first, last]: readonly [number, number],
  { free, object }: { readonly free: string; readonly object: string },
  returns: string | undefined,
): FreeSite {
  const [from, to] = [tokens[first]!.from, tokens[last]!.to];
  const place = { file: name, from, to, line: lineOf(text, from), written: text.slice(from, to) };
  return { kind: 'free', name: '', within, object, free, returns, ...place };
}

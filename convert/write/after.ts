import { type Edit, edited } from '../../audit/patch/unified-diff.ts';
import type { Candidate, Menu } from '../menu/candidate.ts';
import { formText, isSameText } from '../menu/form-text.ts';
import { loopText } from '../menu/loop-text.ts';
import { declarationAt, rcuHeadOf } from '../module/switched-source.ts';
import { bodiesOf } from '../sites/functions.ts';
import { type FreeSite, type LoopOp, type OpSite, onOneLine, type Site, type Sites } from '../sites/site.ts';
import { bodyAt, type SourceFile } from '../sites/source-file.ts';
import { argumentsAt, type Token, tokensOf } from '../sites/tokens.ts';
import { declarationEdits } from './declarations.ts';
import { inOrder, withoutDeclaration, withoutStatement } from './edits.ts';
import { includeEdits } from './includes.ts';
import type { Written } from './written.ts';

/**
 * What a conversion changes in the files of a source: only what its sites, their types, their headers and the declarations need.
 * Files that do not change are left out.
 *
 * @param texts the user's files, by name
 */
export function afterEdits(
  texts: ReadonlyMap<string, string>,
  written: Written,
): Map<string, readonly Edit[]> {
  const after = new Map<string, readonly Edit[]>();
  for (const [name, text] of texts) {
    const own = editsOf(name, text, written);
    // Which headers it needs follows from what it says then.
    const headers = includeEdits(text, edited(text, inOrder(own)), hasRcu(written));
    const all = inOrder([...own, ...headers]);
    if (edited(text, all) !== text) after.set(name, all);
  }
  return after;
}

/** A callback needs headers that the source may not have. */
function hasRcu({ menu, candidate }: Written): boolean {
  return menu.sites.some((site, at) => site.kind === 'free' && formAt(menu, candidate, at).name === 'rcu');
}

function formAt(menu: Menu, candidate: Candidate, site: number) {
  return menu.forms[site]![candidate.forms[site]!]!;
}

function editsOf(name: string, text: string, written: Written): Edit[] {
  const { sites, menu, candidate } = written;
  const { bias } = menu.shifts[candidate.shift]!;
  const tokens = tokensOf(text);
  const edits = [...typeEdits(name, text, tokens, sites), ...declarationEdits(name, text, tokens, written)];
  for (const [at, site] of menu.sites.entries()) {
    if (site.file !== name) continue;
    const form = formAt(menu, candidate, at);
    if (site.kind === 'free') {
      if (form.name === 'rcu') edits.push(...rcuEdits(text, tokens, site, sites));
    } else edits.push(...siteEdits(text, site, form.text ?? '', form.name, bias));
  }
  return edits;
}

/**
 * A site as it is written then. Nothing is touched that says the same already, however it is formatted; a statement that goes takes
 * its line along.
 */
function siteEdits(
  text: string,
  site: Exclude<Site, FreeSite>,
  form: string,
  name: string,
  bias: number,
): Edit[] {
  if (site.kind === 'call') return name === 'none' ? [withoutStatement(text, site.from, site.to)] : [];
  if (site.loop) return loopEdits(text, site, site.loop, formText(form, site, bias));
  if (name === 'none' && site.use.kind === 'void') return [withoutStatement(text, site.from, site.to)];
  if (name === 'left_out') return [{ from: site.from, to: site.until!, text: '' }];
  const there = withoutBrackets(formText(form, site, bias), text, site);
  if (isSameText(there, site.written)) return [];
  // `!!x` where a test turns round is `x`.
  const isDouble = there.startsWith('!') && text[site.from - 1] === '!';
  return isDouble
    ? [{ from: site.from - 1, to: site.to, text: there.slice(1) }]
    : [{ from: site.from, to: site.to, text: there }];
}

/**
 * A number without the bias needs its brackets only where something else is done with it.
 *
 *     return atomic_read(r);              return (int)refcount_read(r) - 1;
 *     #define users(p) atomic_read(…)     keeps them: who knows what a macro stands in
 */
function withoutBrackets(there: string, text: string, { from, to }: Site): string {
  if (!/^\(\(int\)refcount_read\(.*\) [-+] \d+\)$/s.test(there)) return there;
  const isAlone = /(?:[(,=]|\breturn)\s*$/.test(text.slice(0, from)) && /^\s*[),;]/.test(text.slice(to));
  return isAlone ? there.slice(1, -1) : there;
}

/** One call in the place of a loop, whose own variables go with it. */
function loopEdits(text: string, site: OpSite, loop: LoopOp, call: string): Edit[] {
  // A label in front of the loop has no indent of its own.
  const behindLabel = /^\w+\s*:[ \t]*\n([ \t]*)/.exec(site.written)?.[1];
  const indent = behindLabel ?? /[ \t]*$/.exec(text.slice(0, site.from))![0];
  const keeps = loop.keeps.map((range) => `${text.slice(...range)}\n${indent}`).join('');
  const there = `${behindLabel ?? ''}${keeps}${loopText(loop, call, indent)}`;
  const orphans = loop.orphans.map((one) =>
    one.text === '' ? withoutDeclaration(text, one.from, one.to) : one,
  );
  return [
    ...orphans,
    { from: site.from, to: site.to, text: isInMacro(text, site.from) ? onOneLine(there).trim() : there },
  ];
}

/** Whether a place lies in a line of the preprocessor, which ends where a line does not end with a backslash. */
function isInMacro(text: string, place: number): boolean {
  const lines = text.slice(0, place).split('\n');
  let at = lines.length - 1;
  while (at > 0 && lines[at - 1]!.trimEnd().endsWith('\\')) at--;
  return /^\s*#/.test(lines[at]!);
}

/** The member's type, and those of pointers to it. */
function typeEdits(
  name: string,
  text: string,
  tokens: readonly Token[],
  { holder, member, pointers }: Sites,
): Edit[] {
  const file = { name, text, tokens, bodies: bodiesOf(name, text, tokens) };
  const edits: Edit[] = [];
  let depth = 0;
  let isInObject = false;
  for (const [at, token] of tokens.entries()) {
    const [next, behind] = [tokens[at + 1]?.text, tokens[at + 2]?.text];
    if (token.text === 'struct' && next === holder && behind === '{') isInObject = true;
    if (token.text === '{') depth++;
    if (token.text === '}' && --depth === 0) isInObject = false;
    if (token.text !== 'atomic_t') continue;
    const isMember = isInObject && next === member;
    if (isMember || (next === '*' && isOfCounter(file, at, pointers)))
      edits.push({ from: token.from, to: token.to, text: 'refcount_t' });
  }
  return edits;
}

/** Whether a pointer to an atomic_t is one to the counter: a variable, or a parameter where its function is declared or defined. */
function isOfCounter(file: SourceFile, at: number, { names, params, accessors }: Sites['pointers']): boolean {
  const { tokens } = file;
  const body = bodyAt(file, at);
  if (!body && accessors.has(tokens[at + 2]!.text)) return true;
  if (body) return names.get(body.name)?.has(tokens[at + 2]!.text) ?? false;
  let open = at;
  for (let depth = 0; open > 0; open--) {
    const { text } = tokens[open]!;
    if (text === ')') depth++;
    if (text === '(' && depth-- === 0) break;
  }
  const index = argumentsAt(tokens, open).findIndex(([from, to]) => from <= at && at < to);
  return params.has(`${tokens[open - 1]?.text}#${index}`);
}

/** The put in a callback of its own, in front of the function that it was in. */
function rcuEdits(
  text: string,
  tokens: readonly Token[],
  site: FreeSite,
  { structure, place }: Sites,
): Edit[] {
  const head = rcuHeadOf(tokens, structure);
  const name = `${site.within}_rcu`;
  const indent = /[ \t]*$/.exec(text.slice(0, site.from))![0];
  const call = `call_rcu(&${site.object}->${head.name}, ${name});`;
  const after = site.returns === undefined ? '' : `\n${indent}return ${site.returns};`;
  const callback = [
    `static void ${name}(struct rcu_head *head)`,
    '{',
    `\tstruct ${structure} *${site.object} = container_of(head, struct ${structure}, ${head.name});`,
    '',
    `\tif (refcount_dec_and_test(&${site.object}->${place}))`,
    `\t\t${site.free};`,
    '}',
    '',
    '',
  ].join('\n');
  const at = aboveComment(text, declarationAt(tokens, site.from));
  return [
    { from: site.from, to: site.to, text: `${call}${after}` },
    { from: at, to: at, text: callback },
    ...(head.insertAt === undefined
      ? []
      : [{ from: head.insertAt, to: head.insertAt, text: `\tstruct rcu_head ${head.name};\n` }]),
  ];
}

/** A comment right above a declaration belongs to it. */
function aboveComment(text: string, place: number): number {
  const above = /(?:\/\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n)$/.exec(text.slice(0, place));
  return above ? above.index : place;
}

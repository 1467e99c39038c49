import type { Counter } from '../../audit/census/counter.ts';
import { edited, unifiedDiff } from '../../audit/patch/unified-diff.ts';
import type { Candidate, Menu } from '../../convert/menu/candidate.ts';
import { isSameText } from '../../convert/menu/form-text.ts';
import { formsAt } from '../../convert/menu/menu.ts';
import { type Body, bodiesOf } from '../../convert/sites/functions.ts';
import { opSitesOf } from '../../convert/sites/op-sites.ts';
import type { Pointers } from '../../convert/sites/pointer-names.ts';
import { pointersTo } from '../../convert/sites/pointers.ts';
import type { OpSite, Site, Sites } from '../../convert/sites/site.ts';
import type { SourceFile } from '../../convert/sites/source-file.ts';
import { tokensOf } from '../../convert/sites/tokens.ts';
import { afterEdits } from '../../convert/write/after.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/** Where a counter's ops are. */
type Places = { readonly sites: readonly Pick<Counter['sites'][number], 'file' | 'line'>[] };

/** What was proved of an extract. */
export interface Proved {
  readonly sites: Sites;
  readonly menu: Menu;
  readonly candidate: Candidate;
}

/**
 * A conversion of an extract, carried over to the tree that it came from: the sites of a function are those of the same function
 * there, one by one, and are written in the same way. Whatever is not as plain as that is left to a person.
 *
 *     peer/before.c   peer_put: atomic_dec(&peer->refs)        →  refcount_dec(&peer->refs)
 *     net/peer.c      peer_put: atomic_dec(&peer->refs)        the same there
 *                     peer_new: atomic_set(&peer->refs, 0)     no part of the extract: an init moves with the bias
 *
 * @param texts of the files that have to do with the counter, by their names in the tree
 * @returns the diff; or why it cannot be carried over
 */
export function treeDiff(
  proved: Proved,
  counter: Places,
  texts: ReadonlyMap<string, string>,
): { readonly diff: string } | { readonly why: string } {
  const { sites, menu, candidate } = proved;
  const isStructural = menu.sites.some(({ kind }, at) => kind !== 'op' && candidate.forms[at]! > 0);
  if (isStructural) return { why: 'it changes the structure' };
  const files = Array.from(texts, ([name, text]): SourceFile => {
    const tokens = tokensOf(text);
    return { name, text, tokens, bodies: bodiesOf(name, text, tokens) };
  });
  const pointers = pointersIn(files, sites.member);
  if ('why' in pointers) return pointers;
  const found = files.flatMap((file) => sitesOf(file, sites, pointers, counter));
  const own = menu.sites.flatMap((site, at) => (site.kind === 'op' ? [{ site, at }] : []));
  const forms: { site: OpSite; forms: Menu['forms'][number]; form: number }[] = [];
  for (const within of new Set([
    ...own.map(({ site }) => site.within),
    ...found.map((site) => site.within),
  ])) {
    const extracted = own.filter(({ site }) => site.within === within);
    const there = found.filter((site) => site.within === within);
    const isSame =
      extracted.length === there.length &&
      extracted.every(({ site }, at) => isSameText(site.written, there[at]!.written));
    if (isSame) {
      for (const [at, { at: number }] of extracted.entries())
        forms.push({ site: there[at]!, forms: menu.forms[number]!, form: candidate.forms[number]! });
    } else if (extracted.length > 0) return { why: `${within} is not in the tree as it is in the extract` };
    else {
      const other = there.find(({ effect }) => effect.kind !== 'set' && effect.kind !== 'read');
      if (other) return { why: `${within} has ${other.op} on the counter, and is no part of the extract` };
      for (const site of there) forms.push({ site, forms: formsAt(site), form: 0 });
    }
  }
  const written = afterEdits(texts, {
    sites: { ...sites, pointers, sites: forms.map(({ site }) => site), inStates: [] },
    menu: { ...menu, sites: forms.map(({ site }): Site => site), forms: forms.map((one) => one.forms) },
    candidate: { ...candidate, forms: forms.map(({ form }) => form) },
    shifts: new Map(),
  });
  const isTyped = [...written].some(([name, edits]) =>
    new RegExp(`\\brefcount_t\\s+${sites.member}\\b`).test(edited(texts.get(name)!, edits)),
  );
  if (!isTyped) return { why: `the type of ${sites.member} is nowhere in these files` };
  return {
    diff: Array.from(written, ([name, edits]) => unifiedDiff(name, texts.get(name)!, edits)).join(''),
  };
}

/** Helpers that take the counter's address: each must be of its file alone, and of this counter alone. */
function pointersIn(files: readonly SourceFile[], member: string): Pointers | { readonly why: string } {
  const handed = { why: 'a counter is handed on by its address' };
  try {
    const pointers = pointersTo('the tree', files, member);
    if (pointers.names.size === 0) return pointers;
    const isStatic = ({ tokens }: SourceFile, { head, from }: Body) =>
      tokens.slice(head, from).some(({ text }) => text === 'static');
    const isOwn = files.every((file) =>
      file.bodies.every(
        (body) =>
          !pointers.names.has(body.name) ||
          body.kind === 'macro' ||
          isStatic(file, body) ||
          !takesOne(body, pointers),
      ),
    );
    // By the member's name alone nobody knows whose it is where another structure has one of that name.
    const declared = files.flatMap(({ text }) => [
      ...text.matchAll(new RegExp(`\\batomic_t\\s+${member}\\s*;`, 'g')),
    ]);
    return isOwn && declared.length === 1 ? pointers : handed;
  } catch (error) {
    if (error instanceof InputError) return handed;
    throw error;
  }
}

function takesOne({ name, params }: Body, pointers: Pointers): boolean {
  return params.some((_, index) => pointers.params.has(`${name}#${index}`));
}

/** Members of other structures may have the same name: the census knows the lines of this one. */
function sitesOf(file: SourceFile, { member, sites }: Sites, pointers: Pointers, counter: Places): OpSite[] {
  const { name } = file;
  const lines = new Set(counter.sites.filter((site) => site.file === name).map(({ line }) => line));
  const known = new Set(sites.map(({ within }) => within));
  // A loop has ops on several of its lines.
  const isListed = ({ line, written }: OpSite) =>
    written.split('\n').some((_, below) => lines.has(line + below));
  return opSitesOf(file, member, pointers).filter((site) => isListed(site) || known.has(site.within));
}

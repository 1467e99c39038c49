import type { Counter } from '../../audit/census/counter.ts';
import { edited, unifiedDiff } from '../../audit/patch/unified-diff.ts';
import type { Candidate, Menu } from '../../convert/menu/candidate.ts';
import { isSameText } from '../../convert/menu/form-text.ts';
import { formsAt } from '../../convert/menu/menu.ts';
import { bodiesOf } from '../../convert/sites/functions.ts';
import { opSitesOf } from '../../convert/sites/op-sites.ts';
import type { OpSite, Site, Sites } from '../../convert/sites/site.ts';
import type { SourceFile } from '../../convert/sites/source-file.ts';
import { tokensOf } from '../../convert/sites/tokens.ts';
import { afterEdits } from '../../convert/write/after.ts';

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
  const found = [...texts].flatMap(([name, text]) => sitesOf(name, text, sites, counter));
  // Pointers may be to any other counter of the file.
  const pointers = [...texts.values()].find((text) => /\batomic_t\s*\*/.test(text));
  if (pointers !== undefined) return { why: 'a counter is handed on by its address' };
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
    sites: { ...sites, sites: forms.map(({ site }) => site), inStates: [] },
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

/** Members of other structures may have the same name: the census knows the lines of this one. */
function sitesOf(name: string, text: string, { member, sites }: Sites, counter: Places): OpSite[] {
  const tokens = tokensOf(text);
  const file: SourceFile = { name, text, tokens, bodies: bodiesOf(name, text, tokens) };
  const lines = new Set(counter.sites.filter((site) => site.file === name).map(({ line }) => line));
  const known = new Set(sites.map(({ within }) => within));
  // A loop has ops on several of its lines.
  const isListed = ({ line, written }: OpSite) =>
    written.split('\n').some((_, below) => lines.has(line + below));
  return opSitesOf(file, member).filter((site) => isListed(site) || known.has(site.within));
}

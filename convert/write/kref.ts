import type { Candidate, Menu } from '../menu/candidate.ts';
import { formText } from '../menu/form-text.ts';
import { holdsAmongMany } from '../menu/polarity.ts';
import type { OpSite } from '../sites/site.ts';

/** What a conversion would be with a `struct kref`; or why it cannot be one. */
export type AsKref =
  | { readonly ops: readonly { readonly site: OpSite; readonly text: string }[] }
  | { readonly site: OpSite; readonly why: string };

/** Each does what that op of refcount_t does, and nothing else: so what is proved of the one is proved of the other. */
const SAME: Readonly<Record<string, string>> = {
  inc: 'kref_get',
  inc_not_zero: 'kref_get_unless_zero',
  read: 'kref_read',
};

/**
 * A conversion as a kref. A kref is a refcount_t whose puts bring along what frees, so it fits where each put does: the put asks
 * whether it was the last one, and behind that stands one call with the object.
 *
 *     if (refcount_dec_and_test(&p->refs))       kref_put(&p->refs, peer_release);
 *             peer_free(p);                      where peer_release(kref) is peer_free(container_of(…))
 *     refcount_set(&p->refs, 1)                  kref_init(&p->refs)
 *     refcount_dec(&p->refs)                     none: with a bias nobody frees there
 *
 * @param textOf the files of the source, by name
 */
export function asKref(
  menu: Menu,
  { forms, shift }: Candidate,
  textOf: (file: string) => string,
): AsKref | undefined {
  const ops: { site: OpSite; text: string }[] = [];
  const { bias } = menu.shifts[shift]!;
  for (const [at, site] of menu.sites.entries()) {
    const { op, text = '' } = menu.forms[at]![forms[at]!]!;
    if (site.kind !== 'op' || op === undefined) continue;
    // Of more than one at once, or of any other number: `refcount_add`, `refcount_set(r, 2)`.
    const [, written = op] = /refcount_(\w+)\(/.exec(text) ?? [];
    const told =
      op === 'set'
        ? initText(formText(text, site, bias))
        : written === op
          ? sameText(site, op, textOf(site.file))
          : undefined;
    if (told === undefined) return { site, why: whyNot(op === 'set' ? 'set' : written) };
    ops.push({ site, text: told });
  }
  // Reads alone are no protocol.
  return ops.some(({ text }) => text.startsWith('kref_put')) ? { ops } : undefined;
}

function initText(text: string): string | undefined {
  return /,\s*1\)$/.test(text) ? 'kref_init' : undefined;
}

function sameText(site: OpSite, op: string, text: string): string | undefined {
  if (op !== 'dec_and_test') return SAME[op];
  const call = callBehind(site, text);
  return call === undefined ? undefined : `kref_put, whose release does ${call}`;
}

/** `kfree(p)`, where that is all that follows a last put; an argument more would be lost on the way to a release. */
function callBehind(site: OpSite, text: string): string | undefined {
  const { from, to, loop } = site;
  // Behind `>= 0` stands what is done where it was not the last.
  if (holdsAmongMany(site) !== false) return undefined;
  if (loop)
    return loop.granted.statements.length === 1 ? ONE_CALL.exec(loop.granted.statements[0]!)?.[1] : undefined;
  const before = text.slice(0, from);
  // `if (!last) return;`, and the call is all that is left of the function.
  if (/\bif\s*\(\s*!\s*$/.test(before))
    return /^\s*\)\s*return\s*;\s*(\w+\s*\(\s*\w+\s*\))\s*;\s*\}/.exec(text.slice(to))?.[1];
  if (!/\bif\s*\(\s*$/.test(before)) return undefined;
  const [, behind] = /^\s*\)\s*([\s\S]*)/.exec(text.slice(to)) ?? [];
  const [, braced] = /^\{([^{}]*)\}(?!\s*else\b)/.exec(behind ?? '') ?? [];
  if (braced !== undefined) return ONE_CALL.exec(braced.trim())?.[1];
  return /^(\w+\s*\(\s*\w+\s*\))\s*;(?!\s*else\b)/.exec(behind ?? '')?.[1];
}

const ONE_CALL = /^(\w+\s*\(\s*\w+\s*\))\s*;$/;

function whyNot(op: string): string {
  if (op === 'set') return 'a kref begins with 1, and is set to nothing else';
  if (op === 'dec_and_test' || op === 'dec_and_lock')
    return 'what follows a last put must be one call with the object, to be its release';
  return `kref has nothing like refcount_${op}`;
}

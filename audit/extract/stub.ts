import type { Definition } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/**
 * What a prototype returns: `struct peer *`.
 *
 * Of a name that no file at hand declares C took an `int` for granted, and so does this.
 */
export function prototypeReturn(found: Definition | undefined, name: string): string {
  if (!found) return 'int';
  const before = found.node.text.split(new RegExp(`\\b${name}\\s*\\(`))[0]!;
  return before
    .replaceAll(/\b(?:extern|static|inline|__\w+)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * What must be decided about a function of which only the name and the type are known; empty where nothing of it matters.
 *
 *     trace_peer(peer);                    nothing: it moves nothing
 *     peer_detach(peer);                   asked, by its name: it may end the object
 *     if (dev_by_id(id)) …                 asked: NULL may lead past everything that counts
 *     if (dev_open(dev)) …                 asked: 0 means success to most, and not to all
 *     led_on(peer);                        nothing: no answer, and no name that ends something
 */
export function todoOf(name: string, isPointer: boolean, isUsed: boolean, returned: string): string {
  if (isFor(name, 'neutral')) return '';
  if (isFor(name, 'ends'))
    return `may ${name}() put or free the object, or unlink it? Paste it; else delete this line`;
  if (isPointer && isUsed)
    return `${name}() answers NULL here: does that lead past the counting? REFUZZ_STUB_RETURNS(${name}, …)`;
  if (isUsed && returned !== 'void')
    return `${name}() answers 0 here: is that the answer with which the protocol goes on?`;
  return '';
}

/** As it stands at the top level of a file: with its semicolon, once. */
export function ended(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(';') ? trimmed : `${trimmed};`;
}

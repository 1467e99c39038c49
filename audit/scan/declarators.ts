import { COLON, COMMA, EQUALS, OPEN, OPEN_BRACE, OPEN_SQUARE, STAR } from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';
import { COUNTER_TYPES, isPlainType, isQualifier } from './words.ts';

/** A declared name: `*next` of `struct foo *next, *prev;`. */
export interface Declarator {
  readonly name: string;
  /** See `TypeWord`; empty for what is of no interest: numbers, functions. */
  readonly type: string;
  readonly isArray: boolean;
  /** Levels of pointers, also where the type is empty: 1 for `void *p`. */
  readonly stars: number;
  /** The tokens of the type: from the first, past the last. */
  readonly typeFrom: number;
  readonly typeTo: number;
  /** The token of the name. */
  readonly at: number;
  /** The token after `=`, or -1. */
  readonly value: number;
}

/** The text of a token; a slice, which copies nothing. */
export function word(tokens: Tokens, at: number): string {
  return tokens.text.slice(tokens.froms[at], tokens.tos[at]);
}

/**
 * The names that a declaration declares. It stands between two tokens, and a structure's body in it has been passed over
 * (`type` then says what it is). It is read the way people read: the first word that can be a type is it, the first word
 * after it that can be a name is that, and whatever begins with `__` in between is an attribute.
 *
 *     struct box __rcu *first, *all[4];       first: *box, and all: *box, an array
 *     atomic_t users __aligned(8) = …;        users: atomic_t, with a value
 *     unsigned long flags:3;                  flags: of no interest, so without a type
 *     void (*release)(struct box *);          release: the same, as it is code
 *     SOME_MACRO struct box *b;               b: *box, as a better type follows at once
 */
export function declarators(tokens: Tokens, from: number, to: number, type = ''): Declarator[] {
  const { kinds, partners } = tokens;
  const found: Declarator[] = [];
  let at = from;
  let base = type;
  let typeFrom = from;
  let typeTo = from;
  while (at < to && base === '') {
    const kind = kinds[at]!;
    if (kind === OPEN) at = Math.max(partners[at]!, at);
    else if (kind !== IDENT) return found;
    else {
      const text = word(tokens, at);
      if (text === 'struct' || text === 'union' || text === 'enum') {
        typeFrom = at;
        let tag = at + 1;
        while (tag < to && kinds[tag] === IDENT && isQualifier(word(tokens, tag))) tag++;
        if (tag >= to || kinds[tag] !== IDENT) return found;
        base = text === 'enum' ? 'int' : word(tokens, tag);
        at = tag;
      } else if (!isQualifier(text)) {
        typeFrom = at;
        base = text;
        // What seemed to be a type was a macro, if a better one follows at once.
        const next = at + 1 < to && kinds[at + 1] === IDENT ? word(tokens, at + 1) : '';
        if (next === 'struct' || next === 'union' || COUNTER_TYPES.has(next)) base = '';
        else if (isPlainType(base)) while (at + 1 < to && isPlainType(word(tokens, at + 1))) at++;
      }
      typeTo = at + 1;
    }
    at++;
  }
  if (base === 'typeof' || base === '__typeof__') return found;
  for (; at < to; at++) at = declarator(tokens, at, to, { base, typeFrom, typeTo }, found);
  return found;
}

/** Reads one, and returns the token of the comma after it, or the end. Stars count until the name; `*a, b` has them for a alone. */
function declarator(
  tokens: Tokens,
  from: number,
  to: number,
  { base, typeFrom, typeTo }: { base: string; typeFrom: number; typeTo: number },
  found: Declarator[],
): number {
  const { kinds, partners } = tokens;
  let stars = '';
  let name = -1;
  let isArray = false;
  let isFunction = false;
  let value = -1;
  let at = from;
  for (; at < to && kinds[at] !== COMMA; at++) {
    const kind = kinds[at]!;
    if (kind === STAR && name === -1) stars += '*';
    else if (kind === IDENT && name === -1 && !isAttribute(tokens, at, to)) name = at;
    else if (kind === OPEN_SQUARE || kind === OPEN_BRACE || kind === OPEN) {
      if (kind === OPEN_SQUARE && value === -1 && name !== -1) isArray = true;
      // `void (*release)(struct foo *)`: what it points to is code.
      if (kind === OPEN && value === -1 && name === -1) isFunction = kinds[at + 1] === STAR;
      if (isFunction && name === -1) name = at + 2;
      at = Math.max(partners[at]!, at);
    } else if (kind === EQUALS && value === -1) value = at + 1;
    else if (kind === COLON && value === -1 && name === -1) name = at;
  }
  if (name !== -1 && kinds[name] === IDENT) {
    const type = isFunction || isPlainType(base) ? '' : stars + base;
    found.push({
      name: word(tokens, name),
      type,
      isArray,
      stars: stars.length,
      typeFrom,
      typeTo,
      at: name,
      value,
    });
  }
  return at;
}

/** `____cacheline_aligned refs` has its attribute first; a lone word that looks like one is a name all the same. */
function isAttribute(tokens: Tokens, at: number, to: number): boolean {
  const text = word(tokens, at);
  if (isQualifier(text)) return true;
  const next = at + 1 < to ? tokens.kinds[at + 1] : 0;
  return text.startsWith('__') && (next === IDENT || next === OPEN);
}

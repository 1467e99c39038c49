import { type Declarator, declarators, word } from './declarators.ts';
import { COMMA, OPEN } from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';
import { isKeyword, isPlainType, isQualifier } from './words.ts';

/** A function, by where it stands. Numbers are those of tokens. */
export interface FunctionRange {
  readonly name: string;
  /** 1: `static`, 2: `inline`. */
  readonly flags: number;
  /** What it gives, if that is a structure, a typedef, or a pointer to one; else empty. */
  readonly gives: string;
  readonly parameters: readonly Declarator[];
  /** The first token of the declaration, and the braces of the body. */
  readonly head: number;
  readonly open: number;
  readonly close: number;
}

/**
 * The function whose body begins at a brace, from the tokens before it. Its parameters stand in the first brackets after a
 * word that can be a name:
 *
 *     static __printf(1, 2) struct foo *foo_get(struct bar *b) __acquires(b->lock) {
 */
export function functionAt(tokens: Tokens, from: number, brace: number): FunctionRange | undefined {
  const { kinds, partners } = tokens;
  let name = -1;
  let flags = 0;
  for (let at = from; at < brace; at++) {
    const kind = kinds[at]!;
    if (kind === IDENT) {
      const text = word(tokens, at);
      if (text === 'static') flags |= 1;
      else if (text.includes('inline')) flags |= 2;
    } else if (kind === OPEN) {
      const close = partners[at]!;
      if (close === -1 || close > brace) return undefined;
      const before = kinds[at - 1] === IDENT ? word(tokens, at - 1) : '';
      if (before !== '' && at - 1 >= from && !isQualifier(before) && !isKeyword(before)) {
        name = at - 1;
        break;
      }
      at = close;
    }
  }
  if (name === -1) return undefined;
  const open = name + 1;
  const text = word(tokens, name);
  const isCalled = /_DEFINE\d?$|^SYSCALL_DEFINE|^BPF_CALL_\d$/.test(text);
  const parameters = isCalled
    ? defined(tokens, open)
    : split(tokens, open + 1, partners[open]!).map(([a, b]) => parameter(tokens, a, b));
  return {
    name: isCalled ? word(tokens, open + 1) : text,
    flags,
    gives: isCalled ? '' : given(tokens, from, name),
    parameters,
    head: from,
    open: brace,
    close: partners[brace] ?? -1,
  };
}

/** The type before a function's name: `*box` of `static struct box *find(…)`; empty for numbers, which lead nowhere. */
function given(tokens: Tokens, from: number, name: number): string {
  // A type and a name make a declaration, and a function's name is one.
  const [declared] = declarators(tokens, from, name + 1);
  if (declared === undefined || declared.type === '') return '';
  const base = declared.type.replace(/^\*+/, '');
  return isPlainType(base) || isQualifier(base) ? '' : declared.type;
}

/** Ranges between the commas of brackets; commas of inner brackets are theirs: `f(a, g(b, c))` has two. */
export function split(tokens: Tokens, from: number, to: number): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  let start = from;
  for (let at = from; at < to; at++) {
    const partner = tokens.partners[at]!;
    if (partner > at) at = partner;
    else if (tokens.kinds[at] === COMMA) {
      ranges.push([start, at]);
      start = at + 1;
    }
  }
  if (start < to) ranges.push([start, to]);
  return ranges;
}

/** Keeps the place of a parameter that has no name, so that the others keep their numbers. */
const NONE: Declarator = {
  name: '',
  type: '',
  isArray: false,
  stars: 0,
  typeFrom: 0,
  typeTo: 0,
  at: 0,
  value: -1,
};

/** A parameter; `struct box boxes[]` is a pointer, as everywhere in C. */
function parameter(tokens: Tokens, from: number, to: number): Declarator {
  const found = declarators(tokens, from, to)[0];
  if (found === undefined) return NONE;
  return found.isArray && found.type !== ''
    ? { ...found, type: `*${found.type}`, stars: found.stars + 1 }
    : found;
}

/** `SYSCALL_DEFINE2(open, struct foo *, p, int, flags)`: types and names in turn. */
function defined(tokens: Tokens, open: number): Declarator[] {
  const parts = split(tokens, open + 1, tokens.partners[open]!).slice(1);
  const found: Declarator[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [from] = parts[at]!;
    const [, to] = parts[at + 1]!;
    const name = word(tokens, parts[at + 1]![0]);
    const type = tokens.text
      .slice(tokens.froms[from], tokens.tos[to - 2])
      .replace(/\b(?:struct|const|__user|union)\b|,/g, '')
      .trim();
    const stars = type.split('*').length - 1;
    const base = type.replaceAll('*', '').trim();
    found.push({ ...NONE, name, stars, type: isPlainType(base) ? '' : '*'.repeat(stars) + base });
  }
  return found;
}

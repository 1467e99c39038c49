import { counterFact } from './counter-facts.ts';
import { declarators, word } from './declarators.ts';
import type { CounterFact, StructFact } from './facts.ts';
import type { Lines } from './lines.ts';
import { OPEN, OPEN_BRACE, SEMICOLON } from './punctuation.ts';
import { IDENT, type Tokens } from './tokens.ts';
import { isPlainType } from './words.ts';

/** A structure as it is read. */
interface Growing {
  readonly n: string;
  readonly f: string[];
  readonly c: CounterFact[];
}

/** The body of a structure in a declaration: what its type is called, and the token after its brace. */
export interface Inner {
  readonly type: string;
  readonly next: number;
}

/**
 * Finds the structure that a declaration defines, and those inside of it. A structure without a tag is named by the
 * typedef or the variable that follows: `typedef struct { … } foo_t;`.
 */
export function structFacts(
  tokens: Tokens,
  lines: Lines,
  from: number,
  to: number,
  isTypedef: boolean,
  into: StructFact[],
): Inner | undefined {
  const body = bodyIn(tokens, from, to);
  if (body === undefined) return undefined;
  const next = tokens.partners[body.brace]! + 1;
  if (body.keyword === 'enum') return { type: 'int', next };
  let tag = body.tag;
  if (tag === '') {
    const [after] = declarators(tokens, next, to, 'x');
    tag = after === undefined ? '' : isTypedef ? after.name : `${after.name}.`;
  }
  if (tag === '') return { type: '', next };
  members(tokens, lines, body.brace, tag, into);
  return { type: tag, next };
}

/** Where a structure's members stand: `keyword tag {`, of which the tag may be empty. */
interface Body {
  readonly keyword: string;
  readonly tag: string;
  readonly brace: number;
}

/** `struct tag {`, wherever it begins in the declaration. */
function bodyIn(tokens: Tokens, from: number, to: number): Body | undefined {
  const { kinds, partners } = tokens;
  let keyword = '';
  let tag = '';
  for (let at = from; at < to; at++) {
    const kind = kinds[at]!;
    if (kind === IDENT) {
      const text = word(tokens, at);
      if (text === 'struct' || text === 'union' || text === 'enum') {
        keyword = text;
        tag = '';
      } else if (keyword !== '' && !text.startsWith('__attribute'))
        tag = tag === '' || tag.startsWith('__') ? text : tag;
    } else if (kind === OPEN_BRACE) {
      return keyword === '' || partners[at] === -1 ? undefined : { keyword, tag, brace: at };
    } else if (kind === OPEN && partners[at]! > at) at = partners[at]!;
    else return undefined;
  }
  return undefined;
}

/** Takes in a structure whose brace was found, with those inside of it. */
function members(tokens: Tokens, lines: Lines, brace: number, name: string, into: StructFact[]): Growing {
  const struct: Growing = { n: name, f: [], c: [] };
  each(tokens, lines, brace + 1, tokens.partners[brace]!, struct, into);
  const { n, f, c } = struct;
  const made = madeByMacro(tokens, lines, brace);
  into.push({ n, ...(f.length > 0 && { f }), ...(c.length > 0 && { c }), ...(made && { m: made }) });
  return struct;
}

/** `#define ITEM(i) atomic_t i`, between the braces of a structure. */
const MAKES = /^#\s*define\s+\w+\((\w+)\)\s*(atomic(?:64|_long)?_t|refcount_t|local_t)\s+(\w+)\s*;?\s*$/;

/**
 * A structure whose members are a list that a macro goes through, as statistics of many names are:
 *
 *     struct s {
 *     #define ITEM(i) atomic_t i
 *         ALL_ITEMS
 *     };
 */
function madeByMacro(tokens: Tokens, lines: Lines, brace: number): CounterFact | undefined {
  const from = tokens.froms[brace]!;
  const to = tokens.froms[tokens.partners[brace]!]!;
  const { directives, text } = tokens;
  let low = 0;
  let high = directives.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (directives[middle]!.from < from) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < directives.length && directives[at]!.from < to; at++) {
    const directive = directives[at]!;
    // Longer ones are none; and spaces before a line's end are tried one by one.
    if (directive.to - directive.from > 160) continue;
    const found = MAKES.exec(text.slice(directive.from, directive.to));
    if (found === null || found[1] !== found[3]) continue;
    const type = found[2] as 'atomic_t';
    const start = directive.from + found[0].lastIndexOf(type);
    const line = lines.lineOf(directive.from);
    return { n: '', t: type, s: 0, l: line, a: start, b: start + type.length, x: lines.textOf(line) };
  }
  return undefined;
}

/**
 * The members between two tokens; those of anonymous structures are the outer one's. Each ends with a semicolon, and braces
 * and brackets in it are passed over, as `member` reads what is inside.
 */
function each(
  tokens: Tokens,
  lines: Lines,
  from: number,
  to: number,
  struct: Growing,
  into: StructFact[],
): void {
  const { kinds, partners } = tokens;
  let start = from;
  for (let at = from; at < to; at++) {
    const partner = partners[at]!;
    if (kinds[at] === SEMICOLON) {
      member(tokens, lines, start, at, struct, into);
      start = at + 1;
    } else if (
      kinds[at] === OPEN &&
      at === start + 1 &&
      /^(?:__)?struct_group|^TRAILING_OVERLAP/.test(word(tokens, start))
    ) {
      // `struct_group(name, members)`: the members belong to both.
      const skip = word(tokens, start).endsWith('tagged') || word(tokens, start).endsWith('attr') ? 2 : 1;
      let inner = at + 1;
      for (let commas = 0; inner < partner && commas < skip; inner++) if (kinds[inner] === 44) commas++;
      each(tokens, lines, inner, partner, struct, into);
      at = partner;
    } else if (partner > at) at = partner;
  }
}

/**
 * A member is a declaration, or a structure of its own: with a name it is another structure that this one leads
 * to, and without
 * one its members are this one's.
 *
 *     struct { atomic_t a; } in;                          in leads to `box.in`, which has a
 *     union { atomic_t b; int c; };                       b is the box's
 *     struct { atomic_t d; } ____cacheline_aligned;       d is the box's too: that is no name
 */
function member(
  tokens: Tokens,
  lines: Lines,
  from: number,
  to: number,
  struct: Growing,
  into: StructFact[],
): void {
  const body = bodyIn(tokens, from, to);
  if (body === undefined) {
    for (const declared of declarators(tokens, from, to)) add(tokens, lines, declared, to, struct);
    return;
  }
  if (body.keyword === 'enum') return;
  const next = tokens.partners[body.brace]! + 1;
  const names = declarators(tokens, next, to, 'x').filter(({ name }) => isName(name));
  const [first] = names;
  // Without a name, or with an attribute in its place (`} ____cacheline_aligned;`), it is flattened.
  if (first === undefined) {
    if (body.tag === '') {
      each(tokens, lines, body.brace + 1, tokens.partners[body.brace]!, struct, into);
      return;
    }
    // It is a structure of its own as well. It is read once, as a hundred in each other would be read 2^100 times.
    const inner = members(tokens, lines, body.brace, body.tag, into);
    struct.f.push(...inner.f);
    struct.c.push(...inner.c);
    return;
  }
  const type = body.tag !== '' ? body.tag : `${struct.n}.${first.name}`.replace('..', '.');
  members(tokens, lines, body.brace, type, into);
  for (const { name, type: stars } of names) struct.f.push(`${name}:${stars.slice(0, -1)}${type}`);
}

/** A word after a structure's brace that is a name, and no attribute: `} in;`, but not `} __packed;` and `} CACHE_ALIGNED;`. */
function isName(name: string): boolean {
  return !/^__\w|^[A-Z][A-Z0-9_]{5,}$/.test(name);
}

/**
 * A counter is kept with its place; of the other members those that lead on. In `struct box { int id; struct lock *l; }` that
 * is l alone: behind a number there is nothing.
 */
function add(
  tokens: Tokens,
  lines: Lines,
  declared: ReturnType<typeof declarators>[number],
  to: number,
  struct: Growing,
): void {
  const counter = counterFact(tokens, lines, declared, to);
  if (counter !== undefined) struct.c.push(counter);
  else if (declared.type !== '' && !isPlainType(declared.type.replace(/^\*+/, '')))
    struct.f.push(`${declared.name}:${declared.type}`);
}

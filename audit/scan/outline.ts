import { counterFact } from './counter-facts.ts';
import { type Declarator, declarators, word } from './declarators.ts';
import type { GlobalFact, StructFact } from './facts.ts';
import { type FunctionRange, functionAt } from './function-head.ts';
import type { Lines } from './lines.ts';
import { EQUALS, OPEN, OPEN_BRACE, SEMICOLON } from './punctuation.ts';
import { structFacts } from './structures.ts';
import { IDENT, type Tokens } from './tokens.ts';
import { isPlainType } from './words.ts';

/** What stands outside of functions. */
export interface Outline {
  readonly structs: StructFact[];
  readonly typedefs: string[];
  readonly globals: GlobalFact[];
  readonly functions: FunctionRange[];
  /** `function:type`, of definitions and prototypes. */
  readonly gives: string[];
  /** Variables with a value in braces or without: the tokens of the declaration. */
  readonly values: { readonly declared: Declarator; readonly from: number; readonly to: number }[];
}

/**
 * Reads a file's top level: one declaration after another, in which the bodies of functions are passed over.
 *
 *     struct box { atomic_t users; };              to the semicolon: a structure
 *     static struct box all = { … };               has an equals sign before its brace: a variable
 *     struct box *find(int id)                     brackets and a brace: a function, and what it gives
 *     { … }                                        ends without a semicolon
 *     MODULE_LICENSE("GPL");                       declares nothing
 */
export function outlineOf(tokens: Tokens, lines: Lines): Outline {
  const outline: Outline = { structs: [], typedefs: [], globals: [], functions: [], gives: [], values: [] };
  const { kinds, partners } = tokens;
  let from = 0;
  let value = -1;
  for (let at = 0; at < kinds.length; at++) {
    const kind = kinds[at]!;
    if (kind === EQUALS && value === -1) value = at;
    else if (kind === SEMICOLON) {
      declaration(tokens, lines, from, at, outline);
      from = at + 1;
      value = -1;
    } else if (kind === OPEN_BRACE) {
      const close = partners[at]!;
      const isLinkage = close !== -1 && at > from && tokens.kinds[at - 1] === 3;
      if (close === -1 || isLinkage) {
        from = at + 1;
        continue;
      }
      const found = value === -1 && !isAggregate(tokens, from, at) ? functionAt(tokens, from, at) : undefined;
      if (found !== undefined) {
        outline.functions.push(found);
        if (found.gives !== '') outline.gives.push(`${found.name}:${found.gives}`);
        from = close + 1;
      } else if (value === -1 && !isAggregate(tokens, from, at)) {
        // Braces that are nobody's. The next ones are not looked for from before them, or `{}{}{}…` takes its square.
        from = close + 1;
      }
      at = close;
    } else if (kind === OPEN && partners[at]! > at) at = partners[at]!;
  }
  return outline;
}

/**
 * Whether the word before a brace, or the one before its tag, says that a structure follows. A function that gives one is told
 * apart by its brackets: `struct box *find(int id) {`.
 */
function isAggregate(tokens: Tokens, from: number, brace: number): boolean {
  for (let at = brace - 1; at >= from; at--) {
    if (tokens.kinds[at] !== IDENT) {
      // Attributes stand between `struct` and the brace: `struct __attribute__((packed)) x {`.
      if (tokens.partners[at]! !== -1 && tokens.partners[at]! < at) {
        at = tokens.partners[at]!;
        if (tokens.kinds[at - 1] === IDENT && word(tokens, at - 1).startsWith('__')) continue;
      }
      return false;
    }
    const text = word(tokens, at);
    if (text === 'struct' || text === 'union' || text === 'enum') return true;
  }
  return false;
}

/**
 * A declaration at the top level: a structure, a typedef, a prototype or variables. One may be several of these:
 *
 *     static struct box { atomic_t users; } one = { .users = ATOMIC_INIT(1) };
 */
function declaration(tokens: Tokens, lines: Lines, from: number, to: number, outline: Outline): void {
  let first = from;
  const { kinds } = tokens;
  let isStatic = false;
  let isExtern = false;
  let isTypedef = false;
  for (; first < to && kinds[first] === IDENT; first++) {
    const text = word(tokens, first);
    if (text === 'static') isStatic = true;
    else if (text === 'extern') isExtern = true;
    else if (text === 'typedef') isTypedef = true;
    else break;
  }
  const inner = structFacts(tokens, lines, first, to, isTypedef, outline.structs);
  const start = inner?.next ?? first;
  if (!isTypedef && inner === undefined && prototype(tokens, first, to, outline)) return;
  const found = definingMacro(tokens, first, to) ?? declarators(tokens, start, to, inner?.type ?? '');
  for (const declared of found) {
    const { name, type } = declared;
    if (isTypedef) {
      if (type !== '' && type !== name) outline.typedefs.push(`${name}:${type}`);
      continue;
    }
    if (type === '' || isPlainType(type)) continue;
    const counter = counterFact(tokens, lines, declared, to);
    outline.globals.push({
      n: name,
      t: type,
      s: isStatic ? 1 : isExtern ? 2 : 0,
      ...(counter && { c: counter }),
    });
    if (declared.value !== -1) outline.values.push({ declared, from: declared.value, to });
  }
}

/** `DEFINE_PER_CPU(struct foo, name)` declares a variable, and so do `DECLARE_PER_CPU` and `DEFINE_STATIC_PER_CPU`. */
function definingMacro(tokens: Tokens, from: number, to: number): Declarator[] | undefined {
  if (tokens.kinds[from] !== IDENT || tokens.kinds[from + 1] !== OPEN) return undefined;
  if (!/^(?:DEFINE|DECLARE)_PER_CPU/.test(word(tokens, from))) return undefined;
  const close = tokens.partners[from + 1]!;
  if (close === -1 || close > to) return undefined;
  let comma = from + 2;
  while (comma < close && tokens.kinds[comma] !== 44) comma++;
  const [type] = declarators(tokens, from + 2, close);
  // Read as one declaration, `struct foo, name` has no declarator before its comma.
  const base = word(tokens, comma - 1);
  if (type !== undefined && type.at < comma) return undefined;
  return [
    {
      name: word(tokens, comma + 1),
      type: base,
      isArray: false,
      stars: 0,
      typeFrom: from + 2,
      typeTo: comma,
      at: comma + 1,
      value: -1,
    },
  ];
}

/**
 * A prototype: what it gives is kept, if that is a pointer to something. `lookup(o)->users` is then known by a header alone,
 * also where the function is in a file that is not part of the audit.
 */
function prototype(tokens: Tokens, from: number, to: number, outline: Outline): boolean {
  for (let at = from; at < to; at++) {
    if (tokens.kinds[at] === EQUALS) return false;
    if (tokens.kinds[at] === OPEN && tokens.kinds[at - 1] === IDENT) {
      if (/^(?:DEFINE|DECLARE)_|^__attribute__|^__\w*aligned/.test(word(tokens, at - 1))) return false;
      const found = functionAt(tokens, from, to);
      if (found === undefined) return false;
      if (found.gives.startsWith('*')) outline.gives.push(`${found.name}:${found.gives}`);
      return true;
    }
  }
  return false;
}

import { word } from './declarators.ts';
import type { FunctionFact } from './facts.ts';
import type { FunctionRange } from './function-head.ts';
import { split } from './function-head.ts';
import { isAssertion, isNoise, MAY_FREE } from './idioms.ts';
import { ARROW, IDENT, type Tokens } from './tokens.ts';
import { isKeyword } from './words.ts';

const OPEN = 40;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const SEMICOLON = 59;
const EQUALS = 61;
const DOT = 46;
const AND = 38;
const MOST = 20;

/** An `if` or a loop that is open: it ends with its statement, or with its braces. */
interface Frame {
  /** The token of the closing brace; -1 for a single statement. */
  readonly close: number;
  /** Asks only whether there is an object. */
  readonly isNullCheck: boolean;
}

/**
 * The calls of a function that may matter for what is freed, with the parameters that they are given. This is asked of every
 * function, so it reads tokens, and no tree; see `FunctionFact.c` for the form.
 *
 * A name is taken for a parameter if it was made of one: `f` of `struct foo *f = container_of(kref, struct foo, ref)`.
 */
export function freeingCalls(tokens: Tokens, range: FunctionRange): string[] {
  const origins = new Map<string, number>();
  range.parameters.forEach(({ name }, index) => {
    if (name !== '') origins.set(name, index);
  });
  if (origins.size === 0) return [];
  const { kinds, partners } = tokens;
  const found: string[] = [];
  const frames: Frame[] = [];
  let isEarly = false;
  for (let at = range.open + 1; at < range.close && found.length < MOST; at++) {
    const kind = kinds[at]!;
    while (frames.length > 0 && frames.at(-1)!.close === at) frames.pop();
    if (kind === SEMICOLON) while (frames.length > 0 && frames.at(-1)!.close === -1) frames.pop();
    if (kind === EQUALS && kinds[at + 1] !== EQUALS && kinds[at - 1] === IDENT)
      derive(tokens, at, range.close, origins);
    if (kind !== IDENT) continue;
    const text = word(tokens, at);
    if (text === 'return' || text === 'goto') {
      if (frames.some(({ isNullCheck }) => !isNullCheck)) isEarly = true;
    } else if (text === 'else') {
      frames.push({ close: kinds[at + 1] === OPEN_BRACE ? partners[at + 1]! : -1, isNullCheck: false });
    } else if (kinds[at + 1] === OPEN && partners[at + 1]! > at) {
      const close = partners[at + 1]!;
      const follows = kinds[close + 1];
      const isLoop = follows === OPEN_BRACE || (isKeyword(text) && text !== 'sizeof' && text !== 'return');
      if (isLoop && text !== 'switch') {
        const isNullCheck =
          text === 'if' &&
          close - at <= 5 &&
          /^\(\s*(?:!\s*\w+|\w+)\s*\)$/.test(between(tokens, at + 1, close));
        frames.push({ close: follows === OPEN_BRACE ? partners[close + 1]! : -1, isNullCheck });
      } else if (!isKeyword(text) && !isNoise(text) && !isAssertion(text)) {
        const isNested = isEarly || frames.some(({ isNullCheck }) => !isNullCheck);
        note(tokens, text, at + 1, close, isNested, origins, found);
      }
    }
  }
  return found;
}

function between(tokens: Tokens, from: number, to: number): string {
  return tokens.text.slice(tokens.froms[from], tokens.tos[to]);
}

/** `name = … parameter …;` */
function derive(tokens: Tokens, equals: number, end: number, origins: Map<string, number>): void {
  const name = word(tokens, equals - 1);
  if (origins.has(name)) return;
  for (
    let at = equals + 1;
    at < end && tokens.kinds[at] !== SEMICOLON && tokens.kinds[at] !== CLOSE_BRACE;
    at++
  ) {
    if (at > equals + 24) return;
    if (tokens.kinds[at] !== IDENT) continue;
    const origin = origins.get(word(tokens, at));
    // `n = list_next(p->list)` is another object: only casts and what turns a member into its object make the same one.
    if (origin === undefined) continue;
    const next = tokens.kinds[at + 1];
    if (next === ARROW || next === DOT) return;
    const text = between(tokens, equals + 1, at - 1);
    if (
      /^\s*(?:\([\w\s*]*\)\s*)?$|container_of|_entry\b|from_|^\s*to_|_to_|get_|priv|_of\b|[a-z]\w*\s*\($/.test(
        text,
      )
    )
      origins.set(name, origin);
    return;
  }
}

function note(
  tokens: Tokens,
  name: string,
  open: number,
  close: number,
  isNested: boolean,
  origins: ReadonlyMap<string, number>,
  found: string[],
): void {
  const args: string[] = [];
  let isOurs = false;
  for (const [from, to] of split(tokens, open + 1, close)) {
    let first = from;
    while (first < to && tokens.kinds[first] !== IDENT) first++;
    const text = first < to ? word(tokens, first) : '';
    const origin = origins.get(text);
    const member = origin === undefined ? '' : memberOf(tokens, from, first, to);
    // What another member points to is another object.
    if (origin !== undefined && !member.startsWith('>')) isOurs = true;
    args.push(origin === undefined ? (to - from <= 2 ? text : '') : `${origin}${member}`);
  }
  if (isOurs) found.push(`${isNested ? '?' : ''}${name} ${args.join(',')}`);
}

/** `.rcu` of `&p->rcu`, which lies in p; `>name` of `p->name`, which does not; empty for p itself. */
function memberOf(tokens: Tokens, from: number, first: number, to: number): string {
  const { kinds } = tokens;
  let last = '';
  for (let at = first + 1; at < to; at++) {
    if ((kinds[at] === ARROW || kinds[at] === DOT) && kinds[at + 1] === IDENT) last = word(tokens, at + 1);
  }
  if (last === '') return '';
  const isInside = kinds.slice(from, first).includes(AND);
  return `${isInside ? '.' : '>'}${last}`;
}

/** Leaves out the calls that cannot lead to what frees: by their names, and by what they call in turn in this file. */
export function pruned(functions: readonly FunctionFact[]): FunctionFact[] {
  const leading = new Set<string>();
  const nameOf = (call: string) => call.slice(call.startsWith('?') ? 1 : 0, call.indexOf(' '));
  const isLeading = (call: string) => MAY_FREE.test(nameOf(call)) || leading.has(nameOf(call));
  for (let before = -1; before !== leading.size; ) {
    before = leading.size;
    for (const { n, c } of functions) if (c?.some(isLeading)) leading.add(n);
  }
  return functions.flatMap((fact) => {
    const { c, ...rest } = fact;
    const calls = c?.filter(isLeading) ?? [];
    if (calls.length > 0) return [{ ...rest, c: calls }];
    return fact.o === 1 || /free|destroy|release|put|dealloc/.test(fact.n) ? [rest] : [];
  });
}

/**
 * C as tokens, each with its place. Sites are looked for in these and not in a syntax tree, because half of them stand in
 * macros, whose bodies are no C by themselves: `#define peer_hold(p) atomic_inc(&(p)->refcnt)`.
 */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'mark';
  readonly text: string;
  /** UTF-16 code units of the text, the end excluded. */
  readonly from: number;
  readonly to: number;
  /** Which preprocessor line it belongs to, counted from 1; 0 for none. */
  readonly directive: number;
}

/** Longest first, so that `->` is not read as `-` and `>`. */
const MARKS = [
  ...['<<=', '>>=', '...', '->', '++', '--', '&&', '||', '==', '!=', '<=', '>=', '+=', '-=', '*=', '/='],
  ...['%=', '&=', '|=', '^=', '<<', '>>', '##'],
];

/** Blanks, comments and line continuations: what separates tokens and says nothing. */
const BLANK = /(?:[ \t\r\f\v]|\\\r?\n|\/\*[\s\S]*?\*\/|\/\/(?:\\\r?\n|[^\n])*)+/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /\.?\d(?:[eEpP][+-]|[\w.])*/y;
const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/y;

/** The tokens of a source. What is no C is still tokens, one character each: this never fails. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let directive = 0;
  let isInDirective = false;
  let isLineStart = true;
  const skip = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at;
  };
  while (at < text.length) {
    at = skip(BLANK);
    if (at >= text.length) break;
    if (text[at] === '\n') {
      isLineStart = true;
      isInDirective = false;
      at++;
      continue;
    }
    if (isLineStart && text[at] === '#') {
      isInDirective = true;
      directive++;
    }
    isLineStart = false;
    const [kind, to] = next(text, at, skip);
    tokens.push({ kind, text: text.slice(at, to), from: at, to, directive: isInDirective ? directive : 0 });
    at = to;
  }
  return tokens;
}

function next(text: string, at: number, skip: (pattern: RegExp) => number): [Token['kind'], number] {
  for (const [kind, pattern] of [
    ['name', WORD],
    ['number', NUMBER],
    ['string', QUOTED],
  ] as const) {
    const to = skip(pattern);
    if (to > at) return [kind, to];
  }
  const mark = MARKS.find((one) => text.startsWith(one, at));
  return ['mark', at + (mark?.length ?? 1)];
}

/** The token that closes the bracket at `open`; the last token of the source where nothing does. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const { text, kind } = tokens[at]!;
    if (kind !== 'mark') continue;
    if ('([{'.includes(text)) depth++;
    else if (')]}'.includes(text) && --depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The arguments of a call whose bracket opens at `open`, as ranges of tokens, the end excluded. `f()` has none. */
export function argumentsAt(tokens: readonly Token[], open: number): (readonly [number, number])[] {
  const close = closing(tokens, open);
  const found: (readonly [number, number])[] = [];
  let from = open + 1;
  for (let at = open + 1; at < close; at++) {
    const { text, kind } = tokens[at]!;
    if (kind !== 'mark') continue;
    if ('([{'.includes(text)) at = closing(tokens, at);
    else if (text === ',') {
      found.push([from, at]);
      from = at + 1;
    }
  }
  if (from < close) found.push([from, close]);
  return found;
}

/** The text that some tokens stand for, as it is written. */
export function textOf(
  text: string,
  tokens: readonly Token[],
  [from, to]: readonly [number, number],
): string {
  return from >= to ? '' : text.slice(tokens[from]!.from, tokens[to - 1]!.to);
}

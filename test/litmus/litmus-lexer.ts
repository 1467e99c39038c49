/** A token of a litmus test. A symbol stands for itself. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol';
  readonly text: string;
  /** Where it begins, for messages. */
  readonly at: number;
}

const SYMBOLS = ['/\\', '\\/', '==', '!=', '<=', '>=', '=>', '&&', '||', ...'(){}[];,:=*&|^+-/<>!~'];

/**
 * A test is written in two languages: the processes in C, where `(*x` is a parenthesis and a star, and the rest in one
 * where it begins a comment.
 *
 * @throws Error at a character that begins no token, or at the end of a comment that never ends
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let isC = false;
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const blank = /^\s+/.exec(rest)?.[0].length ?? commentLength(rest, isC);
    if (blank > 0) {
      at += blank;
      continue;
    }
    const token = tokenOf(rest, at);
    tokens.push(token);
    at += token.text.length;
    if (/^P[0-9]+$/.test(token.text)) isC = true;
    if (token.text === '{') depth++;
    if (token.text === '}' && --depth === 0) isC = false;
  }
  return tokens;
}

function tokenOf(rest: string, at: number): Token {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (name) return { kind: 'name', text: name, at };
  const number = /^[0-9]+/.exec(rest)?.[0];
  if (number) return { kind: 'number', text: number, at };
  const string = /^"[^"\n]*"/.exec(rest)?.[0];
  if (string) return { kind: 'string', text: string, at };
  const symbol = SYMBOLS.find((one) => rest.startsWith(one));
  if (symbol) return { kind: 'symbol', text: symbol, at };
  throw new Error(`character ${at}: ${JSON.stringify(rest.slice(0, 20))} begins no token`);
}

/** Comments of C, and outside of processes those of OCaml, which nest. */
function commentLength(rest: string, isC: boolean): number {
  if (rest.startsWith('//')) return rest.search(/\n|$/);
  if (rest.startsWith('/*')) return endOf(rest, '*/');
  if (isC || !rest.startsWith('(*')) return 0;
  let depth = 0;
  for (const match of rest.matchAll(/\(\*|\*\)/g)) {
    depth += match[0] === '(*' ? 1 : -1;
    if (depth === 0) return match.index + 2;
  }
  throw new Error('a comment does not end');
}

function endOf(rest: string, end: string): number {
  const at = rest.indexOf(end, 2);
  if (at < 0) throw new Error('a comment does not end');
  return at + end.length;
}

import { argumentsAt, closing, type Token, textOf } from './tokens.ts';

/** A function, a macro, or the body of a REFUZZ declaration: something that other code reaches by a name. */
export interface Body {
  /** `peer_put`; of a declaration what it declares: `op put`, `state idle`. */
  readonly name: string;
  readonly kind: 'function' | 'macro' | 'op' | 'state';
  readonly file: string;
  /** Tokens of the body, the end excluded. */
  readonly from: number;
  readonly to: number;
  /** The first token of its declaration. */
  readonly head: number;
  /** The names of its parameters. */
  readonly params: readonly string[];
}

/** Declarations whose body is an op. */
const OP_MACROS = /^REFUZZ_(?:GET|ENTER|PUT|USE|ACT|DUP|GIVE|HAND_OVER|OP)$/;
const NO_NAMES = new Set(['__attribute__', '__printf', '__acquires', '__releases', '__must_hold']);

/** The bodies of a file, in order. */
export function bodiesOf(file: string, text: string, tokens: readonly Token[]): Body[] {
  return [...macrosOf(file, text, tokens), ...functionsOf(file, text, tokens)].sort(
    (one, other) => one.from - other.from,
  );
}

/** `#define name(params) body`, and `#define name body`. */
function macrosOf(file: string, text: string, tokens: readonly Token[]): Body[] {
  const found: Body[] = [];
  for (let at = 0; at + 2 < tokens.length; at++) {
    const [hash, define, name] = [tokens[at]!, tokens[at + 1]!, tokens[at + 2]!];
    if (hash.text !== '#' || define.text !== 'define' || name.directive !== hash.directive) continue;
    // A blank before the bracket makes it part of the body.
    const opens = tokens[at + 3]?.text === '(' && tokens[at + 3]!.from === name.to;
    const params = opens ? argumentsAt(tokens, at + 3).map((range) => textOf(text, tokens, range)) : [];
    const from = opens ? closing(tokens, at + 3) + 1 : at + 3;
    let to = from;
    while (to < tokens.length && tokens[to]!.directive === hash.directive) to++;
    found.push({ name: name.text, kind: 'macro', file, from, to, head: at, params });
  }
  return found;
}

/** What stands in braces at the outermost level, behind a name and a bracket. */
function functionsOf(file: string, text: string, tokens: readonly Token[]): Body[] {
  const found: Body[] = [];
  let head = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.directive > 0) {
      head = at + 1;
      continue;
    }
    if (token.text === ';') head = at + 1;
    if (token.text === '(' || token.text === '[') at = closing(tokens, at);
    if (token.text !== '{') continue;
    const close = closing(tokens, at);
    const body = bodyOf(file, text, tokens, head, at, close);
    if (body) found.push(body);
    at = close;
    if (body || tokens[close + 1]?.text !== ';') head = close + 1;
  }
  return found;
}

/**
 * What the braces behind a head are the body of. An initialiser has braces as well, and an attribute has brackets before the name.
 *
 *     static bool peer_get(struct peer *peer) {        the function peer_get
 *     REFUZZ_GET(lookup) {                             the op lookup
 *     REFUZZ_STATE(idle) {                             what sets the state idle up
 *     static struct ops ops = {                        none
 */
function bodyOf(
  file: string,
  text: string,
  tokens: readonly Token[],
  head: number,
  open: number,
  close: number,
): Body | undefined {
  for (let at = head; at + 1 < open; at++) {
    const { kind, text: name } = tokens[at]!;
    if (name === '=') return undefined;
    if (kind !== 'name' || tokens[at + 1]!.text !== '(') continue;
    if (NO_NAMES.has(name)) {
      at = closing(tokens, at + 1);
      continue;
    }
    const given = argumentsAt(tokens, at + 1);
    const place = { file, from: open + 1, to: close, head };
    const first = given[0] ? textOf(text, tokens, given[0]) : '';
    if (OP_MACROS.test(name)) {
      const op = name === 'REFUZZ_OP' && given[1] ? textOf(text, tokens, given[1]) : first;
      return { ...place, name: `op ${op}`, kind: 'op', params: ['object'] };
    }
    if (name.startsWith('REFUZZ_')) return { ...place, name: `state ${first}`, kind: 'state', params: [] };
    const params = given.map(([, to]) => tokens[to - 1]!.text);
    return { ...place, name, kind: 'function', params };
  }
  return undefined;
}

/** Which bodies a body can come to, by the names that it mentions: more than it does, never less. */
export function reached(
  start: readonly string[],
  bodies: readonly Body[],
  tokensIn: (file: string) => readonly Token[],
): Set<Body> {
  const byName = new Map<string, Body[]>();
  for (const body of bodies) byName.set(body.name, [...(byName.get(body.name) ?? []), body]);
  const found = new Set<Body>();
  const open = [...start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const body of byName.get(name) ?? []) {
      if (found.has(body)) continue;
      found.add(body);
      for (const { kind, text } of tokensIn(body.file).slice(body.from, body.to))
        if (kind === 'name' && byName.has(text)) open.push(text);
    }
  }
  return found;
}

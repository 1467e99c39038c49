import { word } from './declarators.ts';
import type { FunctionFact } from './facts.ts';
import type { FunctionRange } from './function-head.ts';
import { split } from './function-head.ts';
import { isAssertion, isNoise, MAY_FREE } from './idioms.ts';
import { AND, CLOSE_BRACE, DOT, EQUALS, OPEN, OPEN_BRACE, OPEN_SQUARE, SEMICOLON } from './punctuation.ts';
import { ARROW, IDENT, type Tokens } from './tokens.ts';
import { isKeyword } from './words.ts';

/**
 * Calls that are kept for a function; those that free stand near its end as often as at its beginning, and few
 * have more.
 */
const MOST = 20;

/** An `if`, a loop or a switch that is open: it ends with its statement, or with its braces. */
interface Frame {
  /** The token of the closing brace; -1 for a single statement. */
  readonly close: number;
  /** Asks only whether there is an object. */
  readonly isNullCheck: boolean;
}

/** What is open around a token, and how much of it is a real condition: asked for each call, so it is counted. */
class Frames {
  readonly #open: Frame[] = [];
  conditions = 0;

  push(close: number, isNullCheck: boolean): void {
    this.#open.push({ close, isNullCheck });
    if (!isNullCheck) this.conditions++;
  }

  /**
   * At a brace or a semicolon. The end of an inner statement is that of those without braces around it:
   *
   *     if (a)
   *         for (;;) { f(); }      the brace ends the loop, and the `if`
   *     g();                       under no condition
   */
  end(at: number, isSemicolon: boolean, isElseNext: boolean): void {
    let isEnding = isSemicolon;
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (top.close !== at && !(isEnding && top.close === -1)) return;
      this.#open.pop();
      if (!top.isNullCheck) this.conditions--;
      // `if (a) if (b) { } else { }`: the else belongs to b, and a goes on.
      isEnding = !isElseNext;
    }
  }
}

/**
 * The calls of a function that may matter for what is freed, with the parameters that they are given. This is asked of every
 * function, so it reads tokens, and no tree; see `FunctionFact.c` for the form.
 *
 * A name is taken for a parameter if it was made of one: `f` of `struct foo *f = container_of(kref, struct foo, ref)`.
 *
 *     static void box_put_final(struct kref *k, bool force)
 *     {
 *         struct box *b = container_of(k, struct box, ref);
 *         if (!b)
 *             return;                       only asks whether there is one
 *         box_unlink(b);                    box_unlink 0
 *         if (force)
 *             kfree(b->name);               nothing: another object
 *         call_rcu(&b->rcu, box_free);      call_rcu 0.rcu,box_free
 *     }
 */
export function freeingCalls(tokens: Tokens, range: FunctionRange): string[] {
  const origins = new Map<string, number>();
  range.parameters.forEach(({ name }, index) => {
    if (name !== '') origins.set(name, index);
  });
  if (origins.size === 0) return [];
  const { kinds, partners } = tokens;
  const found: string[] = [];
  const frames = new Frames();
  const pointers = new Set(range.parameters.filter(({ stars }) => stars > 0).map(({ name }) => name));
  let isEarly = false;
  for (let at = range.open + 1; at < range.close && found.length < MOST; at++) {
    const kind = kinds[at]!;
    if (kind === SEMICOLON || kind === CLOSE_BRACE) {
      const isElseNext = kinds[at + 1] === IDENT && word(tokens, at + 1) === 'else';
      frames.end(at, kind === SEMICOLON, isElseNext);
    }
    if (kind === EQUALS && kinds[at + 1] !== EQUALS && kinds[at - 1] === IDENT)
      derive(tokens, at, range.close, origins, pointers);
    if (kind !== IDENT) continue;
    const text = word(tokens, at);
    if (text === 'return' || text === 'goto') {
      if (frames.conditions > 0) isEarly = true;
    } else if (text === 'else') {
      frames.push(kinds[at + 1] === OPEN_BRACE ? partners[at + 1]! : -1, false);
    } else if (kinds[at + 1] === OPEN && partners[at + 1]! > at) {
      const close = partners[at + 1]!;
      const follows = kinds[close + 1];
      const opens = follows === OPEN_BRACE || (isKeyword(text) && text !== 'sizeof' && text !== 'return');
      if (opens) {
        const asked = text === 'if' && close - at <= 4 ? close - 1 : -1;
        // `if (b)` and `if (!b)`; what is no pointer, as `if (force)`, is a condition.
        const isNullCheck =
          asked > at + 1 &&
          kinds[asked] === IDENT &&
          (asked === at + 2 || kinds[at + 2] === 33) &&
          pointers.has(word(tokens, asked));
        frames.push(follows === OPEN_BRACE ? partners[close + 1]! : -1, isNullCheck);
      } else if (!isKeyword(text) && !isNoise(text) && !isAssertion(text)) {
        const isNested = isEarly || frames.conditions > 0;
        note(tokens, text, at + 1, close, isNested, origins, found);
      }
    }
  }
  return found;
}

/** The text of some tokens, the last one included. */
function between(tokens: Tokens, from: number, to: number): string {
  return tokens.text.slice(tokens.froms[from], tokens.tos[to]);
}

/** `name = … parameter …;`, where what is made of the parameter is the same object. */
function derive(
  tokens: Tokens,
  equals: number,
  end: number,
  origins: Map<string, number>,
  pointers: Set<string>,
): void {
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
    // Of text without end, as tests of hostile input have it, nothing is made.
    if (
      text.length < 300 &&
      /^\s*(?:\([\w\s*]*\)\s*)?$|container_of|_entry\b|from_|^\s*to_|_to_|get_|priv|_of\b|[a-z]\w*\s*\($/.test(
        text,
      )
    ) {
      origins.set(name, origin);
      pointers.add(name);
    }
    return;
  }
}

/**
 * Takes in a call, if one of its arguments is a parameter's object or lies in it.
 *
 *     kfree(p)                 kfree 0
 *     call_rcu(&p->rcu, done)  call_rcu 0.rcu,done
 *     kfree(p->name)           nothing: another object
 */
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
    // `kfree(p[0])` frees what p holds.
    else if (kinds[at] === OPEN_SQUARE && last === '') last = '[]';
  }
  if (last === '') return '';
  const isInside = kinds.slice(from, first).includes(AND);
  return `${isInside ? '.' : '>'}${last}`;
}

/**
 * Leaves out the calls that cannot lead to what frees: by their names, and by what they call in turn in this file.
 *
 *     box_done → box_gone → kfree     both are kept, though neither has a name that says so
 *     box_show → seq_puts             left out
 *
 * It goes from what frees to the callers, each once: a chain of 100 000 functions would otherwise be gone through as often.
 */
export function pruned(functions: readonly FunctionFact[]): FunctionFact[] {
  const leading = new Set<string>();
  const nameOf = (call: string) => call.slice(call.startsWith('?') ? 1 : 0, call.indexOf(' '));
  const isLeading = (call: string) => MAY_FREE.test(nameOf(call)) || leading.has(nameOf(call));
  const callers = new Map<string, string[]>();
  for (const { n, c } of functions) {
    for (const call of c ?? []) {
      const callee = nameOf(call);
      const known = callers.get(callee);
      if (known === undefined) callers.set(callee, [n]);
      else known.push(n);
    }
    if (c?.some((call) => MAY_FREE.test(nameOf(call)))) leading.add(n);
  }
  // A set gives what is added to it while it is gone through, too.
  for (const name of leading) for (const caller of callers.get(name) ?? []) leading.add(caller);
  return functions.flatMap((fact) => {
    const { c, ...rest } = fact;
    const calls = c?.filter(isLeading) ?? [];
    if (calls.length > 0) return [{ ...rest, c: calls }];
    return fact.o === 1 || /free|destroy|release|put|dealloc/.test(fact.n) ? [rest] : [];
  });
}

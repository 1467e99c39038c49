/**
 * The tokens of a C file, with everything told apart that a preprocessor would take out. It is quick and forgiving: it finds
 * where functions, structures and macros begin and end, so that only what matters is handed to the real parser.
 */

/** Kinds of tokens that are no punctuation; punctuation is its own character code, and `->` is `ARROW`. */
export const IDENT = 1;
/** A number. */
export const NUMBER = 2;
/** A string or a character. */
export const STRING = 3;
/** The arrow of `p->f`. */
export const ARROW = 4;

/** A directive of the preprocessor, from its `#` to the end of its last line. */
export interface Directive {
  readonly from: number;
  readonly to: number;
}

/** Tokens as parallel arrays, as a tree has some hundred million of them. */
export interface Tokens {
  readonly text: string;
  readonly kinds: readonly number[];
  readonly froms: readonly number[];
  readonly tos: readonly number[];
  /** For each bracket the index of its partner; -1 for other tokens, and for brackets without one. */
  readonly partners: Int32Array;
  /** Pairs of from and to. */
  readonly comments: readonly number[];
  readonly directives: readonly Directive[];
  /** What is not read: branches of `#if 0`, and those that would leave a brace open. Pairs of from and to. */
  readonly dropped: readonly number[];
}

/** An `#if` that is open: how deep the brackets were at its start, and whether the rest of it is passed over. */
interface Condition {
  readonly depth: number;
  dropping: boolean;
  /** What was dropped begins here. */
  from: number;
  readonly outer: boolean;
}

const SPACE = 32;
const NEWLINE = 10;
const HASH = 35;
const SLASH = 47;
const STAR = 42;
const BACKSLASH = 92;

/** 1 for what begins a word, 2 for digits, 3 for quotes; a table, as it is asked for every character. */
const CLASS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(char)) CLASS[code] = 1;
  else if (/[0-9]/.test(char)) CLASS[code] = 2;
  else if (char === '"' || char === "'") CLASS[code] = 3;
}

/**
 * Reads a file. It never fails: brackets without a partner are left alone.
 *
 *     x->users(1);  →  IDENT ARROW IDENT ( NUMBER ) ;        with 3 and 5 partners of each other
 *
 * Numbers of tokens are what its readers go by: `partners[at]` passes over a function's body in one step, and that is what
 * makes it possible to look at every file of a tree.
 */
export function tokensOf(text: string): Tokens {
  return new Lexer(text).run();
}

/** Reads a text from its beginning to its end. It has the state that `tokensOf` would otherwise hand around. */
class Lexer {
  readonly text: string;
  readonly kinds: number[] = [];
  readonly froms: number[] = [];
  readonly tos: number[] = [];
  readonly comments: number[] = [];
  readonly directives: Directive[] = [];
  readonly dropped: number[] = [];
  /** Pairs of open brackets and their partners, to be written into `partners` at the end. */
  readonly pairs: number[] = [];
  readonly open: number[] = [];
  readonly conditions: Condition[] = [];
  dropping = false;

  constructor(text: string) {
    this.text = text;
  }

  run(): Tokens {
    const { text, kinds, froms, tos } = this;
    const end = text.length;
    let at = 0;
    let atLineStart = true;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) {
        atLineStart = true;
        at++;
      } else if (code <= SPACE) at++;
      else if (code === SLASH && (text.charCodeAt(at + 1) === STAR || text.charCodeAt(at + 1) === SLASH))
        at = this.comment(at);
      else if (code === HASH && atLineStart) {
        at = this.directive(at);
      } else {
        atLineStart = false;
        const kind = code < 128 ? CLASS[code]! : 1;
        let to = at + 1;
        if (kind === 1 || kind === 2) to = this.word(at, kind === 2);
        else if (kind === 3) to = this.quoted(at, code);
        else if (code === 45 && text.charCodeAt(to) === 62) to++;
        if (!this.dropping) {
          kinds.push(kind !== 0 ? kind : to - at === 2 ? ARROW : code);
          froms.push(at);
          tos.push(to);
          if (kind === 0) this.bracket(code, at);
        }
        at = to;
      }
    }
    return this.done();
  }

  done(): Tokens {
    const { text, kinds, froms, tos, comments, directives, dropped, pairs } = this;
    const outermost = this.conditions.find(({ dropping }) => dropping);
    if (outermost !== undefined) dropped.push(outermost.from, text.length);
    const partners = new Int32Array(kinds.length).fill(-1);
    for (let at = 0; at < pairs.length; at += 2) {
      partners[pairs[at]!] = pairs[at + 1]!;
      partners[pairs[at + 1]!] = pairs[at]!;
    }
    return { text, kinds, froms, tos, partners, comments, directives, dropped };
  }

  /** Digits take dots with them (`1.5`), which words do not. Letters beyond ASCII are letters: some names have them. */
  word(from: number, isNumber: boolean): number {
    const { text } = this;
    let at = from + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? CLASS[code]! : 1;
      if (kind !== 1 && kind !== 2 && !(isNumber && code === 46)) break;
    }
    return at;
  }

  /** A quote that its line does not close ends there: it is an apostrophe in what is no C. */
  quoted(from: number, quote: number): number {
    const { text } = this;
    let at = from + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === quote) return at + 1;
      else if (code === NEWLINE) return at;
    }
    return text.length;
  }

  comment(from: number): number {
    const { text } = this;
    const isBlock = text.charCodeAt(from + 1) === STAR;
    const close = isBlock ? text.indexOf('*/', from + 2) : text.indexOf('\n', from);
    const to = close === -1 ? text.length : isBlock ? close + 2 : close;
    this.comments.push(from, to);
    return to;
  }

  /**
   * Brackets that do not match are repaired where the kernel's style says how: a `}` in the first column ends whatever is
   * open. So one odd macro spoils one function and not the rest of the file.
   */
  bracket(code: number, from: number): void {
    const index = this.kinds.length - 1;
    const { open, kinds } = this;
    if (code === 123 || code === 40 || code === 91) open.push(index);
    else if (code === 125 || code === 41 || code === 93) {
      const wanted = code === 41 ? 40 : code - 2;
      const isFirst = code === 125 && (from === 0 || this.text.charCodeAt(from - 1) === NEWLINE);
      if (isFirst) while (open.length > 1) open.pop();
      else if (code === 125) while (open.length > 0 && kinds[open.at(-1)!] !== wanted) open.pop();
      if (open.length > 0 && kinds[open.at(-1)!] === wanted) this.pairs.push(open.pop()!, index);
    }
  }

  directive(from: number): number {
    const { text } = this;
    let to = from;
    for (;;) {
      const close = text.indexOf('\n', to);
      // Within the line: a search through the whole file for each directive would take its square.
      const inLine = text.slice(to, close === -1 ? text.length : close).indexOf('/*');
      const slash = inLine === -1 ? -1 : to + inLine;
      if (close === -1) to = text.length;
      else if (slash !== -1) {
        // A comment that begins on a directive's line may end on another one.
        const end = text.indexOf('*/', slash + 2);
        if (end === -1) to = text.length;
        else {
          to = end + 2;
          continue;
        }
      } else {
        const last = text.charCodeAt(close - 1) === 13 ? close - 2 : close - 1;
        if (text.charCodeAt(last) === BACKSLASH) {
          to = close + 1;
          continue;
        }
        to = close;
      }
      break;
    }
    const word = /^#\s*(\w+)\s*(\S*)/.exec(text.slice(from, Math.min(to, from + 60)));
    if (word !== null) this.condition(word[1]!, word[2]!, from, to);
    if (!this.dropping) this.directives.push({ from, to });
    return to;
  }

  /**
   * All branches of an `#if` are read at once, unless the first one leaves a bracket open that the others open again:
   *
   *     #ifdef A
   *       if (x) {
   *     #else
   *       if (y) {       dropped
   *     #endif
   */
  condition(word: string, what: string, from: number, to: number): void {
    const { conditions } = this;
    const top = conditions.at(-1);
    if (word.startsWith('if')) {
      const dropping = this.dropping || (word === 'if' && what === '0');
      conditions.push({ depth: this.open.length, dropping, from: to, outer: this.dropping });
    } else if ((word === 'else' || word === 'elif') && top !== undefined && !top.outer) {
      if (top.dropping) this.dropped.push(top.from, from);
      // Also a third branch, after a second one that was dropped: the first one's bracket is open still.
      top.dropping = this.open.length !== top.depth;
      top.from = to;
    } else if (word === 'endif' && top !== undefined) {
      if (top.dropping && !top.outer) this.dropped.push(top.from, from);
      conditions.pop();
    }
    this.dropping = conditions.at(-1)?.dropping ?? false;
  }
}

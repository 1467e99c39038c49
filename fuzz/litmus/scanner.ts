import { InputError } from '../../targets/subject/input-error.ts';

/**
 * A litmus test has two languages: its threads are C, with the comments of C; everything else has those of OCaml. So `(*`
 * begins a comment here and is a pointer that is followed there, and who reads on says which language comes next.
 */
export type Language = 'C' | 'OCaml';

/** A word of either language. */
export interface Token {
  readonly kind: 'name' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** Where it begins in the text. */
  readonly start: number;
}

/*
 * The longest first: `<<=` is one sign, and so is the `/\` of conditions. C and OCaml share the list, as neither has a sign that
 * means something else in the other. Any other character is a sign by itself, and whoever reads complains of it.
 */
const SIGNS =
  /\/\\|\\\/|<<=|>>=|=>|==|!=|<>|<=|>=|&&|\|\||<<|>>|\+\+|--|\+=|-=|\|=|&=|\^=|->|[^\sA-Za-z0-9_]/y;

/** Reads a litmus test from its beginning to its end. */
export class Scanner {
  readonly file: string;
  readonly text: string;
  #at = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** What comes next; it stays there. */
  peek(language: Language): Token {
    const before = this.#at;
    const token = this.next(language);
    this.#at = before;
    return token;
  }

  /** @throws InputError for a comment or a string without an end */
  next(language: Language): Token {
    this.#skip(language);
    const start = this.#at;
    const match = (pattern: RegExp) => {
      pattern.lastIndex = start;
      return pattern.exec(this.text)?.[0];
    };
    const name = match(/[A-Za-z_][\w$]*/y);
    const number = name === undefined ? match(/0[xX][0-9a-fA-F]+|\d+/y) : undefined;
    const text = name ?? number ?? match(SIGNS) ?? '';
    this.#at = start + text.length;
    const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : text === '' ? 'end' : 'sign';
    return { kind, text, start, ...this.#position(start) };
  }

  /** Takes what comes next if it is that. */
  take(text: string, language: Language): boolean {
    if (this.peek(language).text !== text) return false;
    this.next(language);
    return true;
  }

  /** @throws InputError when something else comes next */
  expect(text: string, language: Language): Token {
    const token = this.next(language);
    if (token.text !== text) throw this.error(token, `expected "${text}", found ${described(token)}`);
    return token;
  }

  /** @throws InputError when no name comes next */
  name(what: string, language: Language): Token {
    const token = this.next(language);
    if (token.kind !== 'name') throw this.error(token, `expected ${what}, found ${described(token)}`);
    return token;
  }

  /** The rest of the line, without what follows it. */
  restOfLine(): string {
    const end = this.text.indexOf('\n', this.#at);
    const rest = this.text.slice(this.#at, end < 0 ? undefined : end);
    this.#at += rest.length;
    return rest;
  }

  /** Takes everything in front of a sign that is in no comment and no string. */
  skipTo(sign: string): void {
    for (;;) {
      const token = this.peek('OCaml');
      if (token.kind === 'end') throw this.error(token, `has no "${sign}"`);
      if (token.text === sign) return;
      if (token.text === '"') {
        const end = this.text.indexOf('"', token.start + 1);
        if (end < 0) throw this.error(token, 'a string without an end');
        this.#at = end + 1;
      } else this.next('OCaml');
    }
  }

  /** An error at a token. */
  error({ line, column }: Pick<Token, 'line' | 'column'>, text: string): InputError {
    return new InputError(this.file, text, { line, column });
  }

  // Counted anew for each token: a litmus test has a page, not a book.
  #position(at: number): { line: number; column: number } {
    const before = this.text.slice(0, at);
    return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
  }

  #skip(language: Language): void {
    for (;;) {
      const rest = this.text.slice(this.#at, this.#at + 2);
      if (/^\s/.test(rest)) this.#at++;
      else if (rest === '//') this.restOfLine();
      else if (rest === '/*') this.#skipComment('*/');
      else if (rest === '(*' && language === 'OCaml') this.#skipNested();
      else return;
    }
  }

  #skipComment(end: string): void {
    const at = this.text.indexOf(end, this.#at + 2);
    if (at < 0) throw this.error(this.#position(this.#at), `a comment without its "${end}"`);
    this.#at = at + end.length;
  }

  /** Comments of OCaml lie in each other. */
  #skipNested(): void {
    const start = this.#at;
    const marks = /\(\*|\*\)/g;
    let depth = 0;
    marks.lastIndex = start;
    for (let mark = marks.exec(this.text); mark !== null; mark = marks.exec(this.text)) {
      depth += mark[0] === '(*' ? 1 : -1;
      if (depth > 0) continue;
      this.#at = marks.lastIndex;
      return;
    }
    throw this.error(this.#position(start), 'a comment without its "*)"');
  }
}

/** A token, for messages. */
export function described({ kind, text }: Token): string {
  return kind === 'end' ? 'the end of the file' : `"${text}"`;
}

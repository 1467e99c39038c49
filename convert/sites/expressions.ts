import { argumentsAt, closing, type Token } from './tokens.ts';

/** An expression over local numbers and one counter: as much of C as loops of compare-exchange are written in. */
export type Expression =
  /** A number; or the text of a constant whose value nobody asks for, `-EBUSY`. */
  | { readonly kind: 'constant'; readonly value: number | string }
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'unary'; readonly op: string; readonly of: Expression }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'read' }
  /** `atomic_cmpxchg(c, from, to)`, which gives what was there. */
  | { readonly kind: 'exchange'; readonly from: Expression; readonly to: Expression }
  /** `atomic_try_cmpxchg(c, &name, to)`, which gives whether it won, and leaves what was there in the variable. */
  | { readonly kind: 'try'; readonly name: string; readonly to: Expression };

/** What the names in an expression are. */
export interface Names {
  /** Numbers that the function declares. */
  readonly locals: ReadonlySet<string>;
  readonly constants: ReadonlyMap<string, number>;
  /** Whether some tokens, the end excluded, are the address of the counter. */
  readonly isCounter: (range: readonly [number, number]) => boolean;
}

/** Thrown for what is not modelled: whoever asked takes the code for none of the loops that are known. */
export class NotModelled extends Error {}

/** From the weakest. */
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
];
const TYPE_WORDS = new Set(['unsigned', 'signed', 'int', 'long', 'bool', 'u32', 's32', 'u64', 's64']);
/** What they give is what they are asked. A warning of misuse goes with the loop: each op of refcount_t has its own. */
const NO_EFFECT = new Set(['likely', 'unlikely', 'WARN_ON', 'WARN_ON_ONCE']);
const READ = /^atomic_read(?:_acquire)?$/;
const EXCHANGE = /^atomic_(try_)?cmpxchg(?:_relaxed|_acquire|_release)?$/;

/** Reads the tokens `from` to `to - 1` as an expression. @throws NotModelled */
export function expressionIn(
  tokens: readonly Token[],
  [from, to]: readonly [number, number],
  names: Names,
): Expression {
  const reader = new Reader(tokens, from, to, names);
  const read = reader.whole();
  if (!reader.isAtEnd) throw new NotModelled();
  return read;
}

/** A parser by descent: one method for each kind of expression, from the weakest. */
class Reader {
  readonly #tokens: readonly Token[];
  readonly #to: number;
  readonly #names: Names;
  #at: number;

  constructor(tokens: readonly Token[], from: number, to: number, names: Names) {
    this.#tokens = tokens;
    this.#at = from;
    this.#to = to;
    this.#names = names;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#to;
  }

  /** An assignment, or what stands to the right of one. */
  whole(): Expression {
    const [name, mark] = [this.#word(0), this.#word(1)];
    if (this.#names.locals.has(name) && ['=', '+=', '-='].includes(mark)) {
      this.#at += 2;
      const value = this.whole();
      if (mark === '=') return { kind: 'assign', name, value };
      const sum = { kind: 'binary', op: mark[0]!, left: { kind: 'local', name }, right: value } as const;
      return { kind: 'assign', name, value: sum };
    }
    const test = this.#binary(0);
    if (this.#word(0) !== '?') return test;
    this.#at++;
    const yes = this.whole();
    this.#expect(':');
    return { kind: 'choice', test, yes, no: this.whole() };
  }

  #word(ahead: number): string {
    const at = this.#at + ahead;
    return at < this.#to ? this.#tokens[at]!.text : '';
  }

  #expect(text: string): void {
    if (this.#word(0) !== text) throw new NotModelled();
    this.#at++;
  }

  #binary(level: number): Expression {
    const ops = BINARY[level];
    if (!ops) return this.#unary();
    let left = this.#binary(level + 1);
    while (ops.includes(this.#word(0))) {
      const op = this.#word(0);
      this.#at++;
      left = { kind: 'binary', op, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    const op = this.#word(0);
    if (['!', '-', '~'].includes(op)) {
      this.#at++;
      const of = this.#unary();
      // A name that nobody knows the value of keeps its sign: `-EBUSY`.
      if (op === '-' && of.kind === 'constant' && typeof of.value === 'string')
        return { kind: 'constant', value: `-${of.value}` };
      return { kind: 'unary', op, of };
    }
    if (op !== '(') return this.#primary();
    if (TYPE_WORDS.has(this.#word(1))) {
      this.#at = closing(this.#tokens, this.#at) + 1;
      return this.#unary();
    }
    this.#at++;
    const within = this.whole();
    this.#expect(')');
    return within;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at];
    if (!token || this.#at >= this.#to) throw new NotModelled();
    if (this.#word(1) === '(') return this.#call(token.text);
    this.#at++;
    if (token.kind === 'number') return { kind: 'constant', value: numberIn(token.text) };
    if (token.kind !== 'name') throw new NotModelled();
    if (this.#names.locals.has(token.text)) return { kind: 'local', name: token.text };
    const known = this.#names.constants.get(token.text) ?? KNOWN[token.text];
    if (known !== undefined) return { kind: 'constant', value: known };
    if (!/^[A-Z][A-Z\d_]*$/.test(token.text)) throw new NotModelled();
    return { kind: 'constant', value: token.text };
  }

  #call(name: string): Expression {
    const open = this.#at + 1;
    const args = argumentsAt(this.#tokens, open);
    this.#at = closing(this.#tokens, open) + 1;
    const within = (at: number) => expressionIn(this.#tokens, args[at]!, this.#names);
    if (NO_EFFECT.has(name) && args.length === 1) return within(0);
    if (!args[0] || !this.#names.isCounter(args[0])) throw new NotModelled();
    if (READ.test(name)) return { kind: 'read' };
    const exchange = EXCHANGE.exec(name);
    if (!exchange || args.length !== 3) throw new NotModelled();
    if (!exchange[1]) return { kind: 'exchange', from: within(1), to: within(2) };
    const [mark, variable] = [this.#tokens[args[1]![0]]!.text, this.#tokens[args[1]![1] - 1]!.text];
    if (mark !== '&' || args[1]![1] - args[1]![0] !== 2 || !this.#names.locals.has(variable))
      throw new NotModelled();
    return { kind: 'try', name: variable, to: within(2) };
  }
}

const KNOWN: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  INT_MAX: 0x7fff_ffff,
  INT_MIN: -0x8000_0000,
};

/** `1`, `0x10`, `2U`. @throws NotModelled for what is no integer */
function numberIn(text: string): number {
  const [, digits] = /^(0x[\da-f]+|0|[1-9]\d*)[ul]*$/i.exec(text) ?? [];
  if (digits === undefined) throw new NotModelled();
  return Number(digits) | 0;
}

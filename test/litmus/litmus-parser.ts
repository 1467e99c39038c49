import { type Token, tokensOf } from './litmus-lexer.ts';

/** A litmus test of the Linux kernel in C, as far as its tools/memory-model uses the language. */
export interface Litmus {
  readonly name: string;
  /** Global variables and registers that begin with something. */
  readonly init: ReadonlyMap<string, Expression>;
  readonly processes: readonly Process[];
  readonly quantifier: 'exists' | 'forall' | '~exists';
  readonly condition: Condition;
}

export interface Process {
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: 'declare'; readonly name: string; readonly value: Expression | undefined }
  | { readonly kind: 'assign'; readonly place: Expression; readonly value: Expression }
  | { readonly kind: 'call'; readonly call: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    };

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly Expression[] };

export type Condition =
  | { readonly kind: 'equal'; readonly place: string; readonly value: string; readonly isEqual: boolean }
  | { readonly kind: 'and' | 'or' | 'implies'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition };

/** @throws Error that names the place where the text is no litmus test */
export function parseLitmus(text: string): Litmus {
  const first = /^\s*C ([^\s]+)[ \t]*\n/.exec(text);
  if (!first) throw new Error('a litmus test begins with "C" and its name');
  return new Parser(first[1]!, tokensOf(text.slice(first[0].length))).litmus();
}

/** From the loosest to the tightest. */
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

const BASE_TYPES = ['int', 'long', 'char', 'atomic_t', 'spinlock_t', 'intptr_t', 'void'];

class Parser {
  readonly #name: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(name: string, tokens: readonly Token[]) {
    this.#name = name;
    this.#tokens = tokens;
  }

  litmus(): Litmus {
    if (this.#peek()?.kind === 'string') this.#at++;
    const init = this.#init();
    const processes: Process[] = [];
    while (/^P[0-9]+$/.test(this.#peek()?.text ?? '')) processes.push(this.#process(processes.length));
    if (processes.length === 0) this.#fail('a process');
    if (this.#accept('locations')) this.#locations();
    if (this.#accept('filter')) this.#condition();
    const isNegated = this.#accept('~');
    const quantifier = this.#accept('forall') ? 'forall' : 'exists';
    if (quantifier === 'exists') this.#expect('exists');
    const condition = this.#condition();
    if (this.#peek()) this.#fail('the end');
    return {
      name: this.#name,
      init,
      processes,
      quantifier: isNegated ? '~exists' : quantifier,
      condition,
    };
  }

  #init(): Map<string, Expression> {
    const init = new Map<string, Expression>();
    this.#expect('{');
    while (!this.#accept('}')) {
      if (this.#accept(';')) continue;
      const name = this.#initPlace();
      init.set(name, this.#accept('=') ? this.#initValue() : { kind: 'number', value: 0 });
      if (this.#peek()?.text !== '}') this.#expect(';');
    }
    return init;
  }

  #initPlace(): string {
    if (this.#isType()) this.#type();
    while (this.#accept('*'));
    return this.#place();
  }

  #initValue(): Expression {
    if (!this.#accept('ATOMIC_INIT')) return this.#expression();
    this.#expect('(');
    const value = this.#expression();
    this.#expect(')');
    return value;
  }

  /** `x`, `[x]`, `1:r0` */
  #place(): string {
    if (this.#accept('[')) {
      const name = this.#identifier();
      this.#expect(']');
      return name;
    }
    const token = this.#peek();
    if (token?.kind !== 'number') return this.#identifier();
    this.#at++;
    this.#expect(':');
    return `${token.text}:${this.#identifier()}`;
  }

  #process(number: number): Process {
    this.#expect(`P${number}`);
    this.#expect('(');
    const parameters: string[] = [];
    while (!this.#accept(')')) {
      if (parameters.length > 0) this.#expect(',');
      this.#type();
      // A process is handed its globals by reference.
      this.#expect('*');
      while (this.#accept('*'));
      parameters.push(this.#identifier());
    }
    return { parameters, body: this.#block() };
  }

  /** herd7 has no empty blocks: `{ }` is an error of syntax there. */
  #block(): Statement[] {
    this.#expect('{');
    const statements: Statement[] = [];
    do statements.push(...this.#statement());
    while (!this.#accept('}'));
    return statements;
  }

  /** A block is as many statements as it holds. */
  #statement(): Statement[] {
    if (this.#peek()?.text === '{') return this.#block();
    if (this.#accept('if')) return [this.#if()];
    const statement = this.#isType() ? this.#declaration() : this.#assignmentOrCall();
    this.#expect(';');
    return [statement];
  }

  #if(): Statement {
    this.#expect('(');
    const condition = this.#expression();
    this.#expect(')');
    const yes = this.#statement();
    return { kind: 'if', condition, yes, no: this.#accept('else') ? this.#statement() : [] };
  }

  #declaration(): Statement {
    this.#type();
    while (this.#accept('*'));
    const name = this.#identifier();
    return { kind: 'declare', name, value: this.#accept('=') ? this.#expression() : undefined };
  }

  #assignmentOrCall(): Statement {
    if (this.#peek()?.text === '(' && this.#peek(1)?.text === 'void') {
      this.#at += 2;
      this.#expect(')');
    }
    const place = this.#unary();
    if (this.#accept('=')) return { kind: 'assign', place, value: this.#expression() };
    if (place.kind !== 'call') this.#fail('an assignment or a call');
    return { kind: 'call', call: place };
  }

  #expression(level = 0): Expression {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#expression(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token?.kind !== 'symbol' || !operators.includes(token.text)) return left;
      this.#at++;
      left = { kind: 'binary', operator: token.text, left, right: this.#expression(level + 1) };
    }
  }

  #unary(): Expression {
    for (const operator of ['!', '*', '&', '-', '~'])
      if (this.#accept(operator)) return { kind: 'unary', operator, operand: this.#unary() };
    if (this.#accept('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    const token = this.#peek();
    if (token?.kind === 'number') {
      this.#at++;
      return { kind: 'number', value: Number(token.text) };
    }
    const name = this.#identifier();
    return this.#peek()?.text === '('
      ? { kind: 'call', name, values: this.#values() }
      : { kind: 'name', name };
  }

  #values(): Expression[] {
    this.#expect('(');
    const values: Expression[] = [];
    while (!this.#accept(')')) {
      if (values.length > 0) this.#expect(',');
      values.push(this.#expression());
    }
    return values;
  }

  #locations(): void {
    this.#expect('[');
    while (!this.#accept(']')) {
      this.#place();
      this.#accept(';');
    }
  }

  #condition(): Condition {
    const left = this.#or();
    return this.#accept('=>') ? { kind: 'implies', left, right: this.#condition() } : left;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#accept('\\/')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#atom();
    while (this.#accept('/\\')) left = { kind: 'and', left, right: this.#atom() };
    return left;
  }

  #atom(): Condition {
    if (this.#accept('~') || this.#accept('not')) return { kind: 'not', inner: this.#atom() };
    if (this.#accept('(')) {
      const inner = this.#condition();
      this.#expect(')');
      return inner;
    }
    const place = this.#place();
    const isEqual = !this.#accept('!=');
    if (isEqual && !this.#accept('=')) this.#expect('==');
    const sign = this.#accept('-') ? '-' : '';
    const value = this.#peek();
    if (value?.kind !== 'number' && value?.kind !== 'name') this.#fail('a value');
    this.#at++;
    return { kind: 'equal', place, value: `${sign}${value!.text}`, isEqual };
  }

  #isType(): boolean {
    const text = this.#peek()?.text ?? '';
    return BASE_TYPES.includes(text) || text === 'struct' || text === 'volatile';
  }

  #type(): void {
    this.#accept('volatile');
    if (this.#accept('struct')) this.#identifier();
    else if (!BASE_TYPES.some((type) => this.#accept(type))) this.#fail('a type');
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #accept(text: string): boolean {
    if (this.#peek()?.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail(`"${text}"`);
  }

  #identifier(): string {
    const token = this.#peek();
    if (token?.kind !== 'name') this.#fail('a name');
    this.#at++;
    return token!.text;
  }

  #fail(wanted: string): never {
    const token = this.#peek();
    throw new Error(`${this.#name}: ${wanted} was expected, not ${token ? `"${token.text}"` : 'the end'}`);
  }
}

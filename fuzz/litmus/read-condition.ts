import { described, type Scanner } from './scanner.ts';
import type { Condition, Formula, Initial, LitmusTest, Observed } from './syntax.ts';

type End = Pick<LitmusTest, 'filter' | 'condition' | 'locations'>;

/**
 * Reads what comes behind the threads: `locations [x; 0:r1]`, `filter (…)`, and `exists`, `~exists` or `forall`.
 *
 * @param words the names that there are
 * @param threads how many
 */
export function readEnd(scanner: Scanner, words: ReadonlyMap<string, Initial>, threads: number): End {
  const reader = new ConditionReader(scanner, words, threads);
  let filter: Formula | undefined;
  let condition: Condition | undefined;
  const locations: Observed[] = [];
  for (;;) {
    const token = scanner.peek('OCaml');
    if (token.kind === 'end') break;
    if (condition) throw scanner.error(token, `expected the end of the file, found ${described(token)}`);
    if (scanner.take('locations', 'OCaml')) locations.push(...reader.locations());
    else if (scanner.take('filter', 'OCaml')) filter = reader.formula();
    else condition = reader.condition();
  }
  if (!condition)
    throw scanner.error(
      scanner.peek('OCaml'),
      'the test asks nothing: end it with "exists (…)", as "exists (1:r0=1 /\\ x=2)"',
    );
  return { filter, condition, locations };
}

/*
 * Conditions, by how strongly their signs bind:
 *
 *     ~  not       of one formula, in brackets or not
 *     /\  &&       and
 *     \/  ||       or
 *     =>           implies
 *
 * What is compared stands on the left: `1:r0` is register r0 of P1, `x` the word x when all is over. On the right a name is
 * a pointer to that word, as in the initial state: `1:r0=x` asks whether r0 points to x.
 */
class ConditionReader {
  readonly #scanner: Scanner;
  readonly #words: ReadonlyMap<string, Initial>;
  readonly #threads: number;

  constructor(scanner: Scanner, words: ReadonlyMap<string, Initial>, threads: number) {
    this.#scanner = scanner;
    this.#words = words;
    this.#threads = threads;
  }

  locations(): Observed[] {
    const found: Observed[] = [];
    this.#scanner.expect('[', 'OCaml');
    while (!this.#scanner.take(']', 'OCaml')) {
      if (this.#scanner.take(';', 'OCaml')) continue;
      found.push(this.#observed());
    }
    return found;
  }

  condition(): Condition {
    const scanner = this.#scanner;
    const start = scanner.next('OCaml');
    const isNegated = start.text === '~' || start.text === 'not';
    const word = isNegated ? scanner.next('OCaml') : start;
    if (word.text !== 'exists' && (word.text !== 'forall' || isNegated))
      throw scanner.error(word, `expected "exists", "~exists" or "forall", found ${described(word)}`);
    const begin = scanner.peek('OCaml').start;
    const formula = this.formula();
    const text = scanner.text
      .slice(begin, scanner.peek('OCaml').start)
      .replaceAll(/\(\*.*?\*\)|\/\/.*|\/\*.*?\*\//g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const quantifier = isNegated ? '~exists' : (word.text as 'exists' | 'forall');
    return { quantifier, formula, text };
  }

  // Each level reads the one below it first, and goes on while its own sign comes.
  /** `=>` binds the weakest, then `\/`, then `/\`. */
  formula(): Formula {
    const left = this.#chain('or', ['\\/', '||'], () =>
      this.#chain('and', ['/\\', '&&'], () => this.#negation()),
    );
    return this.#scanner.take('=>', 'OCaml') ? { kind: 'implies', left, right: this.formula() } : left;
  }

  #chain(kind: 'and' | 'or', signs: readonly string[], part: () => Formula): Formula {
    let left = part();
    while (signs.includes(this.#scanner.peek('OCaml').text)) {
      this.#scanner.next('OCaml');
      left = { kind, left, right: part() };
    }
    return left;
  }

  #negation(): Formula {
    const scanner = this.#scanner;
    const { text } = scanner.peek('OCaml');
    if (text === '~' || text === 'not' || text === '!') {
      scanner.next('OCaml');
      return { kind: 'not', of: this.#negation() };
    }
    if (scanner.take('(', 'OCaml')) {
      const inner = this.formula();
      scanner.expect(')', 'OCaml');
      return inner;
    }
    if (text === 'true' || text === 'false') {
      scanner.next('OCaml');
      return { kind: text };
    }
    return this.#equation();
  }

  #equation(): Formula {
    const scanner = this.#scanner;
    const one = this.#observed();
    const sign = scanner.next('OCaml');
    const isUnequal = sign.text === '!=' || sign.text === '<>';
    if (!isUnequal && sign.text !== '=' && sign.text !== '==')
      throw scanner.error(sign, `expected "=", found ${described(sign)}`);
    const equal: Formula = { kind: 'equal', one, other: this.#value() };
    return isUnequal ? { kind: 'not', of: equal } : equal;
  }

  /** `1:r0`, `x`, `[x]`, `*x` */
  #observed(): Observed {
    const scanner = this.#scanner;
    const token = scanner.next('OCaml');
    if (token.kind === 'number') {
      const thread = Number(token.text);
      if (thread >= this.#threads) throw scanner.error(token, `there is no P${thread}`);
      scanner.expect(':', 'OCaml');
      return { kind: 'register', thread, name: scanner.name('the name of a register', 'OCaml').text };
    }
    if (token.text === '[') {
      const inner = this.#observed();
      scanner.expect(']', 'OCaml');
      return inner;
    }
    if (token.text === '*') return this.#observed();
    if (token.kind !== 'name')
      throw scanner.error(token, `expected a register, as "1:r0", or a word, found ${described(token)}`);
    if (!this.#words.has(token.text))
      throw scanner.error(
        token,
        `no thread has a word "${token.text}"; a register is written "0:${token.text}"`,
      );
    return { kind: 'word', name: token.text };
  }

  /** A number, or a word, which stands for the pointer to it; also a register of a thread. */
  #value(): Initial | Observed {
    const scanner = this.#scanner;
    if (scanner.take('-', 'OCaml')) return -Number(scanner.next('OCaml').text) | 0;
    if (scanner.take('&', 'OCaml')) return { pointsTo: this.#wordName() };
    const token = scanner.peek('OCaml');
    if (token.kind === 'name') return { pointsTo: this.#wordName() };
    if (token.kind !== 'number')
      throw scanner.error(token, `expected a number or a word, found ${described(token)}`);
    scanner.next('OCaml');
    if (scanner.peek('OCaml').text !== ':') return Number(token.text) | 0;
    scanner.next('OCaml');
    return {
      kind: 'register',
      thread: Number(token.text),
      name: scanner.name('the name of a register', 'OCaml').text,
    };
  }

  #wordName(): string {
    const name = this.#scanner.name('the name of a word', 'OCaml');
    if (!this.#words.has(name.text)) throw this.#scanner.error(name, `no thread has a word "${name.text}"`);
    return name.text;
  }
}

import { InputError } from '../../targets/subject/input-error.ts';
import { addressOf, constant, type Operand } from '../memory/event.ts';
import { MOST_EVENTS } from '../memory/ordering.ts';
import { kernelCall } from './calls.ts';
import type { CallSite } from './kernel-call.ts';
import { computed, emptyPath, type Path, type Valued, withCheck, withRead, withWriteOf } from './path.ts';
import type { Expression, Initial, LitmusTest, Placed, Statement } from './syntax.ts';

/**
 * Every path through a thread: one for each way in which its branches, and its ops that can fail, may go. What a path
 * supposes of the values that are read is checked when they are.
 *
 *     r0 = READ_ONCE(*y);  if (r0) WRITE_ONCE(*x, 1);       r0 ≠ 0: a read and a write    r0 = 0: a read
 *
 * @throws InputError for what the dialect does not have, with its place
 */
export function pathsOf(test: LitmusTest, thread: number): Path[] {
  return new PathMaker(test, thread).all();
}

/** Each `if`, and each op that can fail, may double them. */
const MOST_PATHS = 1024;

/** The values of C's operators, on 32 bits. Pointers can be compared. */
const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '||': (left, right) => Number(left !== 0 || right !== 0),
  '&&': (left, right) => Number(left !== 0 && right !== 0),
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '&': (left, right) => left & right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<<': (left, right) => left << right,
  '>>': (left, right) => left >> right,
  '+': sum,
  '-': (left, right) => sum(left, -right),
  '*': (left, right) => Math.imul(left, right),
  '/': (left, right) => (right === 0 ? 0 : left / right) | 0,
  '%': (left, right) => (right === 0 ? 0 : left % right) | 0,
};

/** `p + 0`, which tests write for a dependency without a use, is still a pointer. */
function sum(left: number, right: number): number {
  const all = left + right;
  return Math.abs(all) < 2 ** 40 ? all | 0 : all;
}

/*
 * A thread is walked from its first statement to its last, with a list of paths in hand: each statement makes of every path
 * the ones that go on from it. Registers hold operands, not values: `r2 = r1 + 1` is the read that r1 came from, and what
 * is done to its value. So data and address dependencies need no bookkeeping of their own:
 *
 *     r1 = READ_ONCE(*x);         event 0
 *     r2 = r1 & 0;                depends on event 0, though it is always 0
 *     WRITE_ONCE(*(y + r2), 1);   event 1; its address needs event 0
 *
 * What a register holds behind an `if` is decided by the path, and carries no dependency on the condition, as in herd7.
 */
class PathMaker {
  readonly #test: LitmusTest;
  readonly #thread: number;
  readonly #words: readonly string[];
  /** Which section an index stands for. */
  readonly #sections = new WeakMap<Operand, number>();

  constructor(test: LitmusTest, thread: number) {
    this.#test = test;
    this.#thread = thread;
    this.#words = [...test.words.keys()];
  }

  all(): Path[] {
    const { threads, registers } = this.#test;
    const { parameters, body } = threads[this.#thread]!;
    const first = new Map<string, Operand>();
    for (const name of parameters) first.set(name, constant(this.#pointer(name)));
    for (const { thread, name, initial } of registers)
      if (thread === this.#thread) first.set(name, constant(this.initial(initial)));
    const paths = this.#block(body, [emptyPath(first)]);
    const long = paths.find(({ events }) => events.length > MOST_EVENTS);
    if (long)
      throw new InputError(
        this.#test.file,
        `P${this.#thread} has ${long.events.length} accesses and fences on a path; ${MOST_EVENTS} is the most`,
      );
    return paths;
  }

  initial(value: Initial): number {
    return typeof value === 'number' ? value : this.#pointer(value.pointsTo);
  }

  #pointer(name: string): number {
    return addressOf(this.#words.indexOf(name));
  }

  #block(statements: readonly Statement[], paths: readonly Path[]): Path[] {
    return statements.reduce<Path[]>(
      (before, statement) => {
        const after = before.flatMap((path) => this.#statement(statement, path));
        if (after.length > MOST_PATHS)
          throw this.#error(statement.at, `is reached on more than ${MOST_PATHS} paths: split the test`);
        return after;
      },
      [...paths],
    );
  }

  #statement(statement: Statement, path: Path): Path[] {
    switch (statement.kind) {
      case 'call':
        return this.#value(statement.call, path).map((valued) => valued.path);
      case 'assign':
        return this.#assign(statement, path);
      case 'if':
        return this.#value(statement.condition, path).flatMap((valued) => this.#branch(statement, valued));
    }
  }

  /**
   * Both arms, each with the check that it is the one. A condition that needs no read has one arm: tests write `if (1)`.
   * The reads of the condition hold back marked writes within the arms, and nothing behind them.
   */
  #branch(statement: Statement & { kind: 'if' }, { path, value }: Valued): Path[] {
    const { then, otherwise } = statement;
    const isKnown = value.reads.length === 0;
    return [true, false].flatMap((isTaken) => {
      if (isKnown && (value.of(never) !== 0) !== isTaken) return [];
      const checked = isKnown ? path : withCheck(path, value, (found) => (found !== 0) === isTaken);
      const within = { ...checked, control: [...new Set([...path.control, ...value.reads])] };
      const after = this.#block(isTaken ? then : otherwise, [within]);
      return after.map((one) => ({ ...one, control: path.control }));
    });
  }

  /**
   * `r1 = …` changes a register, which nobody else sees. `*x = …` is a plain write of memory, whose place may itself need
   * accesses: in `**p = 1` a plain read of p comes first. The value is computed ahead of the place, as herd7 has it.
   */
  #assign({ to, value, at }: Statement & { kind: 'assign' }, path: Path): Path[] {
    const of = (place: Expression | undefined) =>
      this.#value(value, path).flatMap((valued) => {
        if (place === undefined) return [{ ...valued.path, registers: this.#with(to, valued) }];
        return this.#value(place, valued.path).map((target) =>
          withWriteOf(target.path, target.value, valued.value, 'plain', at),
        );
      });
    return of(to.kind === 'follow' ? to.of : undefined);
  }

  #with(to: Expression, { path, value }: Valued): ReadonlyMap<string, Operand> {
    if (to.kind !== 'name') throw this.#error(to.at, 'cannot be assigned');
    if (this.#test.threads[this.#thread]!.parameters.includes(to.name))
      throw this.#error(to.at, `is a pointer to a word; write *${to.name} for the word`);
    return new Map(path.registers).set(to.name, value);
  }

  /**
   * What an expression is on each of the paths on which it can go on. Most expressions leave one path; a call of an op that
   * can fail leaves two, and so does an `&&` whose right side does something.
   */
  #value(expression: Expression, path: Path): readonly Valued[] {
    const { at } = expression;
    switch (expression.kind) {
      case 'number':
        return [{ path, value: constant(expression.value) }];
      case 'name': {
        const value = path.registers.get(expression.name);
        if (!value)
          throw this.#error(at, 'is no parameter of the thread, and no register that holds something by now');
        return [{ path, value }];
      }
      case 'follow':
        return this.#value(expression.of, path).map((pointer) =>
          withRead(pointer.path, pointer.value, 'plain', at),
        );
      case 'address':
        return this.#value(expression.of.kind === 'follow' ? expression.of.of : expression.of, path);
      case 'unary':
        return this.#value(expression.of, path).map(({ path: after, value }) => ({
          path: after,
          value: computed([value], (one) => unary(expression.op, one)),
        }));
      case 'binary':
        return this.#binary(expression, path);
      case 'call':
        return this.#call(expression, path);
    }
  }

  /** The right side of `&&` and `||` is reached only sometimes, which matters when it does something. */
  #binary(expression: Expression & { kind: 'binary' }, path: Path): Valued[] {
    const { op, left, right } = expression;
    const isLazy = (op === '&&' || op === '||') && hasEffect(right);
    return this.#value(left, path).flatMap((one) => {
      const both = (from: Valued) =>
        this.#value(right, from.path).map((other) => ({
          path: other.path,
          value: computed([one.value, other.value], OPERATORS[op]!),
        }));
      if (!isLazy) return both(one);
      const reaches = (value: number) => (value !== 0) === (op === '&&');
      const skipped = withCheck(one.path, one.value, (value) => !reaches(value));
      const reached = withCheck(one.path, one.value, reaches);
      const within = { ...reached, control: [...new Set([...path.control, ...one.value.reads])] };
      return [
        ...both({ ...one, path: within }).map((after) => ({
          ...after,
          path: { ...after.path, control: path.control },
        })),
        { path: skipped, value: computed([one.value], (value) => Number(value !== 0)) },
      ];
    });
  }

  /**
   * Arguments are computed from left to right. Of a function that takes a place, `*x` stands for where x lies and is no
   * read: in `READ_ONCE(*x)` the read is the one that the function makes.
   */
  #call({ name, args, at }: Expression & { kind: 'call' }, path: Path): readonly Valued[] {
    const call = kernelCall(name);
    if (!call)
      throw this.#error(at, 'is no function that litmus tests have: linux-kernel.def lists them', name);
    if (call.args.length !== args.length)
      throw this.#error(at, `has ${args.length} arguments, and takes ${call.args.length}`, name);
    const site: Omit<CallSite, 'path' | 'args'> = {
      at,
      words: this.#words.length,
      sections: this.#sections,
      refuse: (text) => {
        throw this.#error(at, text, name);
      },
    };
    return this.#arguments(args, call.args, path).flatMap(([after, values]) =>
      call.does({ ...site, path: after, args: values }),
    );
  }

  #arguments(args: readonly Expression[], kinds: readonly ('place' | 'value')[], path: Path) {
    let all: (readonly [Path, readonly Operand[]])[] = [[path, []]];
    for (const [at, arg] of args.entries()) {
      const wanted = kinds[at] === 'place' && arg.kind === 'follow' ? arg.of : arg;
      all = all.flatMap(([before, values]) =>
        this.#value(wanted, before).map(({ path: after, value }) => [after, [...values, value]] as const),
      );
    }
    return all;
  }

  #error({ line, column, text }: Placed, message: string, what = text): InputError {
    return new InputError(this.#test.file, `${what} ${message}`, { line, column });
  }
}

function unary(op: string, value: number): number {
  switch (op) {
    case '!':
      return Number(value === 0);
    case '~':
      return ~value;
    case '-':
      return -value | 0;
    default:
      return value;
  }
}

/** Whether an expression reads or calls something. */
/*
 * `r1 && r2` can be computed without asking r1 first, and as in herd7 it then depends on both. Only what does something to
 * memory makes a difference: `READ_ONCE(*x) && xchg(y, 1)`.
 */
function hasEffect(expression: Expression): boolean {
  switch (expression.kind) {
    case 'number':
    case 'name':
      return false;
    case 'call':
    case 'follow':
      return true;
    case 'binary':
      return hasEffect(expression.left) || hasEffect(expression.right);
    default:
      return hasEffect(expression.of);
  }
}

function never(): never {
  throw new Error('internal: a value that needs no read asked for one');
}

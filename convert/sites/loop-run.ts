import { type Expression, NotModelled } from './expressions.ts';
import { binary, numberOf, unary, type Value } from './loop-values.ts';
import type { Statement } from './statements.ts';

/** What a thread has done in a piece of code. Never changed: each step makes another. */
export interface Done {
  readonly env: ReadonlyMap<string, Value>;
  /** The count that it has seen last; undefined before it looks. */
  readonly seen: number | undefined;
  /** The exchange that it has won. */
  readonly won: { readonly from: number; readonly to: number } | undefined;
  /** Statements that have to do with something else, in their order. */
  readonly others: readonly string[];
}

/** How it leaves the piece. */
export type Leaves =
  | { readonly kind: 'end' | 'break' | 'continue' }
  | { readonly kind: 'goto'; readonly name: string }
  /** `value` where it has to do with local numbers. */
  | { readonly kind: 'return'; readonly text: string; readonly value: Value | undefined };

/** One way through the piece. */
export interface Way {
  readonly done: Done;
  readonly leaves: Leaves;
}

const END: Leaves = { kind: 'end' };
/** Steps after which code is no loop that this can follow. */
const MOST_STEPS = 200_000;
/** Statements that only pass time. */
const WAITS = /^(?:cpu_relax|barrier|cond_resched)\s*\(\s*\)\s*;$/;

/**
 * All ways of one thread through a piece of code, while others do whatever they like: at each look the count may be any of the
 * values, and an exchange may be won or lost. With it a loop is told to be an op, whatever it looks like:
 *
 *     old = read            sees 0: returns false          sees v ≠ 0: goes on
 *     exchange(old, old+1)  is won from v: returns true    is lost, sees w: as if it had read w
 *
 * A loop that it comes back to with the same numbers is followed once, so this ends.
 *
 * @throws NotModelled for code that does something else
 */
export function waysThrough(
  statements: readonly Statement[],
  values: readonly number[],
  unsigned: ReadonlySet<string>,
): Way[] {
  const ways: Way[] = [];
  const run = new Run(values, unsigned);
  const start: Done = { env: new Map(), seen: undefined, won: undefined, others: [] };
  run.block(statements, start, (done, leaves) => ways.push({ done, leaves }));
  run.finish();
  return ways;
}

type Then = (done: Done, leaves: Leaves) => void;
type With = (value: Value, done: Done) => void;

/**
 * What comes next is always handed in, as there may be several: one for each value that is seen. So a statement does not return its
 * outcome, but calls `then` with each.
 *
 *     v = atomic_read(r);       then({ v: 0 }), then({ v: 1 }), then({ v: 2 }), …
 *     if (!v) return false;     of these the first leaves, and the others go on
 *
 * The code is that of loops, so few things happen in it, and nothing is done twice at different times: it is enough to keep what has
 * been done as plain data (`Done`).
 */
class Run {
  readonly #values: readonly number[];
  readonly #unsigned: ReadonlySet<string>;
  /** Turns of loops that are still to be followed. Not followed at once, so that the stack stays small. */
  readonly #turns: (() => void)[] = [];
  readonly #known = new Set<string>();
  #steps = 0;

  constructor(values: readonly number[], unsigned: ReadonlySet<string>) {
    this.#values = values;
    this.#unsigned = unsigned;
  }

  finish(): void {
    for (let turn = this.#turns.pop(); turn; turn = this.#turns.pop()) turn();
  }

  /** Statements in a row. A jump to one of them goes on there; any other jump leaves the block, as it leaves the piece in the end. */
  block(statements: readonly Statement[], done: Done, then: Then, from = 0): void {
    const statement = statements[from];
    if (!statement) {
      then(done, END);
      return;
    }
    this.#statement(statement, done, (after, leaves) => {
      if (leaves.kind === 'end') {
        this.block(statements, after, then, from + 1);
        return;
      }
      const label =
        leaves.kind === 'goto'
          ? statements.findIndex((one) => one.kind === 'label' && one.name === leaves.name)
          : -1;
      if (label < 0) then(after, leaves);
      else this.#turn(statements[label]!, after, () => this.block(statements, after, then, label));
    });
  }

  /** Goes on at a place that it may have been at before, unless it has with the same numbers. */
  #turn({ range }: Statement, { env, seen, won, others }: Done, go: () => void): void {
    const key = JSON.stringify([range, [...env], seen, won, others]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#turns.push(go);
  }

  #statement(statement: Statement, done: Done, then: Then): void {
    if (++this.#steps > MOST_STEPS) throw new NotModelled();
    switch (statement.kind) {
      case 'block':
        this.block(statement.body, done, then);
        return;
      case 'if':
        this.#truth(statement.test, done, (isTrue, after) => {
          const way = isTrue ? statement.yes : statement.no;
          if (way) this.#statement(way, after, then);
          else then(after, END);
        });
        return;
      case 'loop':
        this.#loop(statement, done, then, !statement.isDo);
        return;
      case 'expression':
        this.#value(statement.of, done, (_, after) => then(after, END));
        return;
      case 'declaration':
        this.#declared(statement.names, done, then);
        return;
      case 'return':
        if (statement.own)
          this.#value(statement.own, done, (value, after) =>
            then(after, { kind: 'return', text: statement.text, value }),
          );
        else then(done, { kind: 'return', text: statement.text, value: undefined });
        return;
      case 'break':
      case 'continue':
        then(done, { kind: statement.kind });
        return;
      case 'goto':
        then(done, { kind: 'goto', name: statement.name });
        return;
      case 'empty':
      case 'label':
        then(done, END);
        return;
      case 'other':
        then(WAITS.test(statement.text) ? done : { ...done, others: [...done.others, statement.text] }, END);
        return;
      case 'unknown':
        throw new NotModelled();
    }
  }

  /** One turn, and the next behind it. */
  #loop(loop: Statement & { kind: 'loop' }, done: Done, then: Then, isTested: boolean): void {
    const turn = (after: Done) =>
      this.#statement(loop.body, after, (end, leaves) => {
        if (leaves.kind === 'break') then(end, END);
        else if (leaves.kind === 'end' || leaves.kind === 'continue') {
          const again = (next: Done) => this.#turn(loop, next, () => this.#loop(loop, next, then, true));
          if (loop.step) this.#value(loop.step, end, (_, next) => again(next));
          else again(end);
        } else then(end, leaves);
      });
    if (!isTested || !loop.test) turn(done);
    else this.#truth(loop.test, done, (isTrue, after) => (isTrue ? turn(after) : then(after, END)));
  }

  #declared(
    names: readonly { readonly name: string; readonly begins: Expression | undefined }[],
    done: Done,
    then: Then,
  ): void {
    const [first, ...rest] = names;
    if (!first) then(done, END);
    else if (!first.begins) this.#declared(rest, done, then);
    else
      this.#value(first.begins, done, (value, after) =>
        this.#declared(rest, withValue(after, first.name, value), then),
      );
  }

  #truth(test: Expression, done: Done, then: (isTrue: boolean, done: Done) => void): void {
    this.#value(test, done, (value, after) => then(numberOf(value) !== 0, after));
  }

  #value(expression: Expression, done: Done, then: With): void {
    switch (expression.kind) {
      case 'constant':
        then(expression.value, done);
        return;
      case 'local': {
        const value = done.env.get(expression.name);
        // It begins outside of the piece.
        if (value === undefined) throw new NotModelled();
        then(value, done);
        return;
      }
      case 'assign':
        this.#value(expression.value, done, (value, after) =>
          then(value, withValue(after, expression.name, value)),
        );
        return;
      case 'unary':
        this.#value(expression.of, done, (value, after) => then(unary(expression.op, value), after));
        return;
      case 'binary':
        this.#binary(expression, done, then);
        return;
      case 'choice':
        this.#truth(expression.test, done, (isTrue, after) =>
          this.#value(isTrue ? expression.yes : expression.no, after, then),
        );
        return;
      case 'read':
        for (const value of this.#values) then(value, looking(done, value));
        return;
      case 'exchange':
        this.#value(expression.from, done, (from, after) =>
          this.#value(expression.to, after, (to, next) =>
            this.#exchange(from, to, next, (_, seen, end) => then(seen, end)),
          ),
        );
        return;
      case 'try': {
        const from = done.env.get(expression.name);
        if (from === undefined) throw new NotModelled();
        this.#value(expression.to, done, (to, after) =>
          this.#exchange(from, to, after, (isWon, seen, end) =>
            then(isWon ? 1 : 0, withValue(end, expression.name, seen)),
          ),
        );
        return;
      }
    }
  }

  /*
   * It is won from the value that it compares with, and from no other. Lost it may be with any other: whatever was read before, somebody
   * may have been there since. That the count is the same again and it is lost all the same, an atomic_t does not do.
   */
  #exchange(
    from: Value,
    to: Value,
    done: Done,
    then: (isWon: boolean, seen: number, done: Done) => void,
  ): void {
    const [was, is] = [numberOf(from), numberOf(to)];
    then(true, was, { ...looking(done, was), won: { from: was, to: is } });
    for (const value of this.#values) if (value !== was) then(false, value, looking(done, value));
  }

  #binary({ op, left, right }: Expression & { kind: 'binary' }, done: Done, then: With): void {
    this.#value(left, done, (one, after) => {
      if (op === '&&' && numberOf(one) === 0) then(0, after);
      else if (op === '||' && numberOf(one) !== 0) then(1, after);
      else
        this.#value(right, after, (other, end) => {
          const isUnsigned = this.#isUnsigned(left) || this.#isUnsigned(right);
          then(binary(op, numberOf(one), numberOf(other), isUnsigned), end);
        });
    });
  }

  /** As C has it: one unsigned number makes the whole sum unsigned. */
  #isUnsigned(expression: Expression): boolean {
    if (expression.kind === 'local') return this.#unsigned.has(expression.name);
    if (expression.kind !== 'binary') return false;
    return this.#isUnsigned(expression.left) || this.#isUnsigned(expression.right);
  }
}

function withValue(done: Done, name: string, value: Value): Done {
  return { ...done, env: new Map(done.env).set(name, value) };
}

/** Who looks at the count once it has changed it does two ops; and what is done in front of a look would come behind the op. */
function looking(done: Done, seen: number): Done {
  if (done.won || done.others.length > 0) throw new NotModelled();
  return { ...done, seen };
}

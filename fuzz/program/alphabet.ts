import { closest } from 'fastest-levenshtein';
import { PairMap } from '../../oracles/pair-map.ts';
import { arityOf, type Subject, valuesOfOp } from '../../targets/subject/subject.ts';
import { formatValue, parseValue } from '../../targets/subject/values.ts';

/** One op with its arguments: a call of a program. `a` and `b` are 0 where the op takes fewer arguments. */
export interface Call {
  readonly op: string;
  readonly arity: 0 | 1 | 2;
  readonly a: number;
  readonly b: number;
}

/** An op of an alphabet, and by arguments the numbers of its calls. */
interface KnownOp {
  readonly arity: 0 | 1 | 2;
  /** Those that its arguments can take, where the op itself says. */
  readonly values: readonly number[] | undefined;
  readonly numbers: PairMap;
}

/** A program, written by somebody, that does not fit its target. The message says what to write instead. */
export class ProgramError extends Error {}

/**
 * Numbers the calls that programs are made of. Programs hold numbers, so that the executor indexes arrays;
 * both sides of a target share one alphabet. It only ever grows.
 */
export class Alphabet {
  /** By number. */
  readonly #calls: Call[] = [];
  /** By op, in the order in which the first subject lists them: its arity, and by arguments the numbers of its calls. */
  readonly #ops: ReadonlyMap<string, KnownOp>;
  readonly #opNames: readonly string[];

  /** @param subjects only ops that all of them have belong to the alphabet */
  constructor(...subjects: readonly Subject[]) {
    const [first, ...rest] = subjects;
    const ops = Object.entries(first?.ops ?? {}).filter(([name]) => rest.every((other) => name in other.ops));
    this.#ops = new Map(
      ops.map(([name, op]) => [
        name,
        { arity: arityOf(op), values: valuesOfOp(op), numbers: new PairMap(16) },
      ]),
    );
    this.#opNames = [...this.#ops.keys()];
  }

  /** How many calls have a number: from 0 to `size - 1`. */
  get size(): number {
    return this.#calls.length;
  }

  /** Every op that all subjects have, whether a call uses it yet or not; for numbering ops. */
  get opNames(): readonly string[] {
    return this.#opNames;
  }

  /** The calls of an op so far, in the order in which they were met. */
  callsOf(op: string): number[] {
    return this.#calls.flatMap((call, number) => (call.op === op ? [number] : []));
  }

  /** The call with a number. @throws Error for a number that nothing has */
  call(id: number): Call {
    const call = this.#calls[id];
    if (!call) throw new Error(`internal: no call ${id}`);
    return call;
  }

  /** @returns the number of this op with these arguments; `op` must be one both sides have */
  id(op: string, a = 0, b = 0): number {
    const own = this.#ops.get(op);
    if (own === undefined) throw new Error(`internal: no op ${op}`);
    const { arity, numbers } = own;
    const first = arity > 0 ? a | 0 : 0;
    const second = arity > 1 ? b | 0 : 0;
    const known = numbers.get(first, second);
    if (known >= 0) return known;
    const number = this.#calls.push({ op, arity, a: first, b: second }) - 1;
    numbers.set(first, second, number);
    return number;
  }

  /** `dec`, `add(2)`, `cmpxchg(1, 0)`: what `parse` reads. */
  format(id: number): string {
    return formatCall(this.call(id));
  }

  /**
   * Reads `dec`, `add(2)`, `cmpxchg(1, 0)`.
   *
   * @param saturated what SATURATED stands for, if the subject has such a value
   * @returns the number of the call
   * @throws ProgramError saying what is wrong with the text and naming the nearest op
   */
  parse(text: string, saturated?: number): number {
    const match = /^([a-z_][a-z0-9_]*)(?:\(([^()]*)\))?$/.exec(text.trim());
    if (!match) throw new ProgramError(`"${text}" is not an op; write dec, add(2) or cmpxchg(1, 0)`);
    const op = match[1]!;
    const arity = this.#ops.get(op)?.arity;
    if (arity === undefined) {
      throw new ProgramError(`unknown op "${op}"; did you mean "${closest(op, [...this.#opNames])}"?`);
    }
    const given = match[2]?.trim() ? match[2].split(',').map((part) => part.trim()) : [];
    if (given.length !== arity) {
      throw new ProgramError(`${op} takes ${arity} argument${arity === 1 ? '' : 's'}, not ${given.length}`);
    }
    const listed = this.#ops.get(op)!.values;
    const values = given.map((part) => {
      const value = parseValue(part, saturated);
      if (value === undefined)
        throw new ProgramError(`"${part}" is not a 32-bit value; write 1, -1, 0xC0000000 or INT_MAX-1`);
      if (listed && !listed.includes(value))
        throw new ProgramError(
          `${op} is not given ${part}; its values are ${listed.map(formatValue).join(', ')}`,
        );
      return value;
    });
    return this.id(op, values[0], values[1]);
  }
}

function formatCall(call: Call): string {
  if (call.arity === 0) return call.op;
  const values = call.arity === 1 ? [call.a] : [call.a, call.b];
  return `${call.op}(${values.map(formatValue).join(', ')})`;
}

import type { Condition, Expression, Litmus, Statement } from './litmus-parser.ts';

/** Registers and the counter at the end of a run: `0:a0`, `refs`. */
export type FinalState = ReadonlyMap<string, number>;

/**
 * All final states of a litmus test on one atomic variable, on sequentially consistent memory; what is left of a test
 * after it was written and parsed again. As herd7 does, it computes with integers that do not wrap at 32 bits.
 */
export function finalStates({ init, processes }: Litmus): FinalState[] {
  const [variable] = processes[0]!.parameters as [string];
  const start = init.get(variable);
  const first = { value: start ? constant(start) : 0, results: processes.map((): number[] => []) };
  const seen = new Set<string>();
  const ends = new Map<string, FinalState>();
  const open = [first];
  for (let state = open.pop(); state; state = open.pop()) {
    const key = JSON.stringify(state);
    if (seen.has(key)) continue;
    seen.add(key);
    const runs = processes.map(({ body }, process) => new Run(state.results[process]!).of(body));
    if (runs.every(({ access }) => !access)) {
      const end = new Map([[variable, state.value]]);
      runs.forEach(({ registers }, process) => {
        for (const [name, value] of registers) end.set(`${process}:${name}`, value);
      });
      ends.set(JSON.stringify([...end]), end);
    }
    runs.forEach(({ access }, process) => {
      if (!access) return;
      const { result, value } = access(state.value);
      open.push({ value, results: state.results.with(process, [...state.results[process]!, result]) });
    });
  }
  return [...ends.values()];
}

export function holds(condition: Condition, state: FinalState): boolean {
  switch (condition.kind) {
    case 'equal':
      return (state.get(condition.place) === Number(condition.value)) === condition.isEqual;
    case 'not':
      return !holds(condition.inner, state);
    case 'and':
      return holds(condition.left, state) && holds(condition.right, state);
    case 'or':
      return holds(condition.left, state) || holds(condition.right, state);
    case 'implies':
      return !holds(condition.left, state) || holds(condition.right, state);
  }
}

type Access = (old: number) => { readonly result: number; readonly value: number };

/** Thrown through a process to stop it at the first access that has no result yet. */
class Pause {
  readonly access: Access;
  constructor(access: Access) {
    this.access = access;
  }
}

/** A process, run again from its start with the results that its accesses had so far. */
class Run {
  readonly registers = new Map<string, number>();
  readonly #results: readonly number[];
  #used = 0;
  access: Access | undefined;

  constructor(results: readonly number[]) {
    this.#results = results;
  }

  of(body: readonly Statement[]): this {
    try {
      this.#run(body);
    } catch (pause) {
      if (!(pause instanceof Pause)) throw pause;
      this.access = pause.access;
    }
    return this;
  }

  #run(body: readonly Statement[]): void {
    for (const statement of body) {
      switch (statement.kind) {
        case 'declare':
          if (statement.value) this.registers.set(statement.name, this.#value(statement.value));
          break;
        case 'assign':
          if (statement.place.kind !== 'name') throw new Error('only registers are assigned to');
          this.registers.set(statement.place.name, this.#value(statement.value));
          break;
        case 'call':
          this.#value(statement.call);
          break;
        case 'if':
          this.#run(this.#value(statement.condition) !== 0 ? statement.yes : statement.no);
      }
    }
  }

  #value(expression: Expression): number {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'name': {
        const value = this.registers.get(expression.name);
        if (value === undefined) throw new Error(`register ${expression.name} is read before it is written`);
        return value;
      }
      case 'unary':
        if (expression.operator === '-') return -this.#value(expression.operand);
        throw new Error(`operator ${expression.operator}`);
      case 'binary':
        return BINARY[expression.operator]!(this.#value(expression.left), this.#value(expression.right));
      case 'call':
        return this.#call(expression.name, expression.values);
    }
  }

  /** As tools/memory-model/linux-kernel.def says what the functions do. */
  #call(name: string, values: readonly Expression[]): number {
    const base = name.replace(/_(relaxed|acquire|release)$/, '');
    switch (base) {
      case 'smp_mb':
        return 0;
      case 'atomic_read':
        return this.#access((old) => ({ result: old, value: old }));
      case 'atomic_set':
      case 'atomic_xchg': {
        const value = this.#value(values[1]!);
        return this.#access((old) => ({ result: old, value }));
      }
      case 'atomic_fetch_add':
      case 'atomic_fetch_sub': {
        const sign = base === 'atomic_fetch_add' ? 1 : -1;
        const by = sign * this.#value(values[0]!);
        return this.#access((old) => ({ result: old, value: old + by }));
      }
      case 'atomic_cmpxchg': {
        const [expected, desired] = [this.#value(values[1]!), this.#value(values[2]!)];
        return this.#access((old) => ({ result: old, value: old === expected ? desired : old }));
      }
      default:
        throw new Error(`unknown function ${name}`);
    }
  }

  #access(access: Access): number {
    const known = this.#results[this.#used++];
    if (known === undefined) throw new Pause(access);
    return known;
  }
}

const BINARY: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
};

function constant(expression: Expression): number {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'unary' && expression.operator === '-') return -constant(expression.operand);
  throw new Error('a counter begins with a number');
}

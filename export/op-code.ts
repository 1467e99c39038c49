import { Access, wordNamesOf } from '../fuzz/access.ts';
import type { OpOutcome, TransitionTrees } from '../fuzz/transition-trees.ts';
import type { Outcome, Result } from '../targets/subject.ts';
import { hasResult, type Step } from './recorded-ops.ts';

/** Runs of one op merged: what it does first, and what next for each result that was seen. */
interface Branch {
  node: number;
  readonly next: Map<number, Branch>;
  outcome?: OpOutcome;
}

/**
 * Ops as JavaScript generators, as far as the runs went: a decision tree over the results of the accesses. An
 * op yields before each access; that is where another thread may come between.
 */
export class OpCode {
  readonly #trees: TransitionTrees;
  readonly #roots = new Map<number, Branch>();
  /** Kinds of access that some op makes. */
  readonly kinds = new Set<number>();
  readonly words = new Set<number>();

  constructor(trees: TransitionTrees) {
    this.#trees = trees;
  }

  /** Adds what an op did in one run. */
  add(letter: number, steps: readonly Step[], outcome: OpOutcome | undefined): void {
    let branch = childOf(this.#roots, letter);
    for (const { node, result } of steps) {
      branch.node = node;
      this.kinds.add(this.#trees.kind[node]!);
      this.words.add(this.#trees.word[node]!);
      branch = childOf(branch.next, result);
    }
    if (outcome) branch.outcome = outcome;
  }

  /** @returns the lines of an object literal, an op each, in the order in which they were added */
  lines(variable: string, nameOf: (letter: number) => string): string[] {
    const ops = [...this.#roots].flatMap(([letter, root]) => [
      `  ${JSON.stringify(nameOf(letter))}: function* () {`,
      ...this.#branch(root, 0).map((line) => `    ${line}`),
      '  },',
    ]);
    return [`const ${variable} = {`, ...ops, '};'];
  }

  #branch(branch: Branch, depth: number): string[] {
    if (branch.outcome) return [`return ${outcomeCode(branch.outcome)};`];
    if (branch.node < 0) return ['yield;', 'unrecorded();'];
    const kind = this.#trees.kind[branch.node]!;
    const call = this.#call(branch.node);
    if (!hasResult(kind)) return ['yield;', call, ...this.#branch([...branch.next.values()][0]!, depth)];
    const name = `r${depth}`;
    const head = ['yield;', `const ${name} = ${call}`];
    const ways = this.#ways(branch, depth + 1);
    const last = ways.pop()!;
    const cases = ways.flatMap(({ results, code }) => [
      `if (${isOneOf(name, results)}) {`,
      ...code.map((line) => `  ${line}`),
      '}',
    ]);
    const strange =
      last.results.length === 1 ? `${name} !== ${last.results[0]}` : `!${isOneOf(name, last.results)}`;
    return [...head, ...cases, `if (${strange}) unrecorded(${name});`, ...last.code];
  }

  /** What follows for which results; results after which the same follows stand together. */
  #ways(branch: Branch, depth: number): { results: string[]; code: string[] }[] {
    const ways: { results: string[]; code: string[] }[] = [];
    for (const [result, child] of branch.next) {
      const code = this.#branch(child, depth);
      const same = ways.find((way) => way.code.join('\n') === code.join('\n'));
      if (same) same.results.push(literal(result));
      else ways.push({ results: [literal(result)], code });
    }
    return ways;
  }

  #call(node: number): string {
    const { kind, word, a, b } = this.#trees;
    const [name, args] = CALLS[kind[node]!]!;
    const values = [literal(a[node]!), literal(b[node]!)].slice(0, args);
    const place =
      kind[node]! <= Access.UNLOCK ? [wordConstant(wordNamesOf(this.#trees.subject)[word[node]!]!)] : [];
    const order = kind[node]! <= Access.COMPARE_EXCHANGE ? ` // ${this.#trees.order(node)}` : '';
    return `${name}(${[...place, ...values].join(', ')});${order}`;
  }
}

function isOneOf(name: string, results: readonly string[]): string {
  return results.length === 1 ? `${name} === ${results[0]}` : `[${results.join(', ')}].includes(${name})`;
}

function childOf(branches: Map<number, Branch>, key: number): Branch {
  const known = branches.get(key);
  if (known) return known;
  const branch: Branch = { node: -1, next: new Map() };
  branches.set(key, branch);
  return branch;
}

/** The constant that stands for a word in an exported program. */
export function wordConstant(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** By kind of access: the function of the exported program, and how many values it takes. */
const CALLS: Readonly<Record<number, readonly [name: string, values: number]>> = {
  [Access.LOAD]: ['load', 0],
  [Access.STORE]: ['store', 1],
  [Access.EXCHANGE]: ['exchange', 1],
  [Access.FETCH_ADD]: ['fetchAdd', 1],
  [Access.FETCH_SUB]: ['fetchSub', 1],
  [Access.COMPARE_EXCHANGE]: ['compareExchange', 2],
  [Access.LOCK]: ['lock', 0],
  [Access.UNLOCK]: ['unlock', 0],
  [Access.RCU_LOCK]: ['rcuReadLock', 0],
  [Access.RCU_UNLOCK]: ['rcuReadUnlock', 0],
  [Access.RCU_CALL]: ['callRcu', 0],
  [Access.RCU_CALLBACK]: ['rcuCallback', 0],
  [Access.IDLE_NOTE]: ['noteIdle', 0],
  [Access.IDLE_CLEAR]: ['clearIdle', 0],
  [Access.IDLE_CHECK]: ['checkIdle', 0],
  [Access.USE]: ['use', 0],
  [Access.FREE]: ['free', 0],
};

/** A 32-bit value as JavaScript, spelt so that its bits can be read. */
export function literal(value: number): string {
  if (Math.abs(value) <= 4096) return String(value);
  const bits = `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
  return value < 0 ? `(${bits} | 0)` : bits;
}

/** A result as JavaScript. */
export function resultCode(result: Result | Outcome): string {
  return typeof result === 'number' ? literal(result) : String(JSON.stringify(result));
}

function outcomeCode({ result, warnings }: OpOutcome): string {
  const texts = warnings.map(({ text }) => JSON.stringify(text));
  return `{ result: ${resultCode(result)}, warnings: [${texts.join(', ')}] }`;
}

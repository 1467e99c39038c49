import { Access } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { waysOf } from '../reproduce/decision-trees.ts';
import type { PathBranch } from '../reproduce/every-path.ts';
import { hasResult } from '../reproduce/recorded-ops.ts';

/** The counter, as the tests call it. */
export const COUNTER = 'refs';

type Outcome = NonNullable<PathBranch['outcome']>;

/** A register, and what it holds on the path that is being written. */
interface Read {
  readonly name: string;
  readonly value: number;
}

/** Further than this from what was read, a value is written as it is. */
const NEAR = 4096;

/**
 * Writes one op as nested conditions over what its accesses read.
 *
 *     r0_0 = atomic_fetch_add_relaxed(1, refs);     what it read, by op and depth
 *     if (r0_0 == 0) {
 *     	atomic_set(refs, -1073741824);
 *     	w0 = 1;                                     the number of its warning
 *     } else {
 *     	w0 = 0;
 *     }
 */
export class OpWriter {
  readonly #trees: TransitionTrees;
  readonly #op: number;
  readonly #answers: boolean;
  readonly #warnings: readonly string[] | undefined;
  /** The local variables that the op uses. */
  readonly registers = new Set<string>();
  /** Some path goes round a loop more often than it was unrolled. */
  cuts = false;

  constructor(
    trees: TransitionTrees,
    op: number,
    { answers, warnings }: { answers: boolean; warnings: readonly string[] | undefined },
  ) {
    this.#trees = trees;
    this.#op = op;
    this.#answers = answers;
    this.#warnings = warnings;
    if (answers) this.registers.add(`a${op}`);
    if (warnings) this.registers.add(`w${op}`);
  }

  /** What the registers of the op hold when it gave an outcome, as terms of the exists clause. */
  conditions(thread: number, outcome: Outcome): string[] {
    const answer = this.#answers ? [`${thread}:a${this.#op}=${numberOf(outcome.result)}`] : [];
    return [...answer, ...(this.#warnings ? [`${thread}:w${this.#op}=${this.#warningOf(outcome)}`] : [])];
  }

  /** @param read what the last access that read something gave */
  lines(branch: PathBranch, read: Read | undefined, depth: number): string[] {
    if (branch.outcome) return this.#leave(branch.outcome, read);
    if (branch.cut) {
      this.cuts = true;
      return ['lost = 1;'];
    }
    const [after] = branch.next.values();
    if (!hasResult(this.#trees.kind[branch.node]!))
      return [...this.#access(branch.node, undefined, read), ...this.lines(after!, read, depth)];
    const name = `r${this.#op}_${depth}`;
    this.registers.add(name);
    const ways = waysOf(branch, (child, result) =>
      this.lines(child as PathBranch, { name, value: result }, depth + 1),
    );
    return [...this.#access(branch.node, name, read), ...conditional(name, ways)];
  }

  /** An access as the function of the kernel that makes it. A plain load or store is a relaxed one. */
  #access(node: number, register: string | undefined, read: Read | undefined): string[] {
    const { kind, a, b } = this.#trees;
    const order = this.#trees.order(node);
    const value = String(a[node]!);
    const result = register === undefined ? '' : `${register} = `;
    switch (kind[node]) {
      case Access.LOAD:
        return fenced(
          order,
          `${result}${order === 'acquire' ? 'atomic_read_acquire' : 'atomic_read'}(${COUNTER});`,
        );
      case Access.STORE:
        return fenced(
          order,
          `${order === 'release' ? 'atomic_set_release' : 'atomic_set'}(${COUNTER}, ${value});`,
        );
      case Access.EXCHANGE:
        return [`${result}atomic_xchg${SUFFIX[order]}(${COUNTER}, ${value});`];
      case Access.FETCH_ADD:
        return [`${result}atomic_fetch_add${SUFFIX[order]}(${value}, ${COUNTER});`];
      case Access.FETCH_SUB:
        return [`${result}atomic_fetch_sub${SUFFIX[order]}(${value}, ${COUNTER});`];
      case Access.FETCH_AND:
        return [`${result}atomic_fetch_and${SUFFIX[order]}(${value}, ${COUNTER});`];
      case Access.FETCH_OR:
        return [`${result}atomic_fetch_or${SUFFIX[order]}(${value}, ${COUNTER});`];
      case Access.FETCH_XOR:
        return [`${result}atomic_fetch_xor${SUFFIX[order]}(${value}, ${COUNTER});`];
      case Access.COMPARE_EXCHANGE: {
        const expected = relativeTo(read, a[node]!, 0);
        const desired = relativeTo(read, b[node]!, NEAR);
        return [`${result}atomic_cmpxchg${SUFFIX[order]}(${COUNTER}, ${expected}, ${desired});`];
      }
      default:
        throw new Error(`internal: access ${kind[node]} of a counter`);
    }
  }

  /** An op ends by writing its answer and its warning, if anybody asks for them, into registers. */
  #leave(outcome: Outcome, read: Read | undefined): string[] {
    const { result } = outcome;
    const answer = typeof result === 'number' ? relativeTo(read, result, NEAR) : String(numberOf(result));
    return [
      ...(this.#answers ? [`a${this.#op} = ${answer};`] : []),
      ...(this.#warnings ? [`w${this.#op} = ${this.#warningOf(outcome)};`] : []),
    ];
  }

  /** A warning that the recorded run has not is told from all that it has. */
  #warningOf({ warnings }: Outcome): number {
    const texts = warnings.map(({ text }) => text);
    if (texts.length === 0) return 0;
    return texts.reduce((code, text) => code * 10 + (this.#warnings!.indexOf(text) + 1 || 9), 0);
  }
}

const SUFFIX: Readonly<Record<MemoryOrder, string>> = {
  relaxed: '_relaxed',
  acquire: '_acquire',
  release: '_release',
  full: '',
};

/** The kernel has no fully ordered load or store: fences make one. */
function fenced(order: MemoryOrder, access: string): string[] {
  return order === 'full' ? ['smp_mb();', access, 'smp_mb();'] : [access];
}

/** `r0_0 + 1` where a value was made from what was read, and all integers agree on the sum. */
function relativeTo(read: Read | undefined, value: number, near: number): string {
  if (!read || Math.abs(value - read.value) > near) return String(value);
  const difference = value - read.value;
  if (difference === 0) return read.name;
  return `${read.name} ${difference > 0 ? '+' : '-'} ${Math.abs(difference)}`;
}

function numberOf(result: Outcome['result']): number {
  return typeof result === 'number' ? result : Number(result === true);
}

/** What follows when an access read one of some values. */
interface Way {
  readonly results: readonly number[];
  readonly lines: readonly string[];
}

/**
 * What follows for which results, as conditions that the grammar of herd7 knows: one comparison each. The ways with the
 * fewest results come first, since those are told from the others by the shortest comparison.
 *
 *     {1} → A, {0, -5} → B, {7} → C     if (r == 1) A else if (r == 7) C else B
 *     {1} → nothing, {0, -5} → B        if (r != 1) B
 *
 * A way on which nothing is left to do gets no block: the grammar has no empty ones.
 */
function conditional(name: string, ways: readonly Way[]): string[] {
  const [first, ...rest] = [...ways].sort((one, other) => one.results.length - other.results.length);
  if (!first) return [];
  if (rest.length === 0) return [...first.lines];
  const others = rest.flatMap(({ results }) => results);
  const condition = separating(name, first.results, others);
  if (condition === undefined) {
    // One value at a time: no single comparison tells these from the others.
    const [alone, ...more] = first.results;
    return conditional(name, [
      { results: [alone!], lines: first.lines },
      { results: more, lines: [...first.lines] },
      ...rest,
    ]);
  }
  const otherwise = conditional(name, rest);
  if (first.lines.length === 0)
    return otherwise.length === 0 ? [] : [`if (${negated(condition)}) {`, ...indented(otherwise), '}'];
  const other = otherwise.length > 0 ? ['} else {', ...indented(otherwise)] : [];
  return [`if (${condition}) {`, ...indented(first.lines), ...other, '}'];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `\t${line}`);
}

const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** The same comparison the other way: `r == 1` becomes `r != 1`. */
function negated(condition: string): string {
  return condition.replace(/ (==|!=|<=|>=|<|>) /, (_, sign: string) => ` ${OPPOSITE[sign]} `);
}

/**
 * A comparison that holds for all of some values and for none of the others; with 0 rather than with the value that was
 * met, where both do.
 */
function separating(name: string, some: readonly number[], others: readonly number[]): string | undefined {
  if (some.length === 1) return `${name} == ${some[0]}`;
  if (others.length === 1) return `${name} != ${others[0]}`;
  const [low, high] = [Math.min(...some), Math.max(...some)];
  const [otherLow, otherHigh] = [Math.min(...others), Math.max(...others)];
  if (high < otherLow) return high < 0 && otherLow >= 0 ? `${name} < 0` : `${name} <= ${high}`;
  if (low > otherHigh) return low > 0 && otherHigh <= 0 ? `${name} > 0` : `${name} >= ${low}`;
  return undefined;
}

import type { Case } from '../../fuzz/case/case.ts';
import { Access } from '../../fuzz/run/access.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { FAULTS } from '../../targets/subject/subject.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { waysOf } from '../reproduce/decision-trees.ts';
import { everyPath, type PathBranch } from '../reproduce/every-path.ts';
import { hasResult } from '../reproduce/recorded-ops.ts';
import { callText, headOf, Inexpressible } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText } from '../reproduce/source-text.ts';

/** The counter, as the tests call it. */
const COUNTER = 'refs';

/**
 * A case of a counter as a litmus test of the Linux kernel (Alglave and others, 2018), for herd7 and klitmus7: the ops
 * as the accesses they make, and in the `exists` clause what the subject did in the recorded schedule.
 *
 * @throws Inexpressible for schemes, for ops that do not return, and where a sum wraps
 */
export function exportLitmus(harness: Harness, stored: Case): string {
  const reproduction = reproductionOf(harness, stored);
  if (reproduction.kind === 'scheme')
    throw new Inexpressible(
      'a litmus test has no words for the life of an object: held, freed, queued for RCU',
    );
  return `${[...litmusHead(reproduction), ...litmusBody(reproduction)].join('\n')}\n`;
}

function litmusHead(reproduction: CounterReproduction): string[] {
  const { stored } = reproduction;
  const name = `${stored.target}+${signatureOf(stored.expect.divergence)}`.replace(/[^A-Za-z0-9+.-]+/g, '-');
  const warnings = warningTexts(reproduction);
  const text = [
    ...headOf(reproduction),
    '',
    `Check it:  herd7 -conf linux-kernel.cfg repro.litmus   (in tools/memory-model of a kernel tree)`,
    'Run it:    klitmus7 -o repro.tar repro.litmus',
    '',
    'The exists clause is what the subject gave in the recorded schedule, word and answers. "Sometimes" or',
    '"Always": it can happen, the divergence shows. "Never": it cannot.',
    'P<t>:a<n> is the answer of op n of a thread (1 true, 0 false, or the value).',
    ...(warnings.length > 0
      ? [
          `P<t>:w<n> is its warning: ${warnings.map((warning, at) => `${at + 1} "${warning}"`).join(', ')}, 9 another, 0 none.`,
        ]
      : []),
    'Compare-exchange loops are unrolled as deep as the schedule goes; what goes round more often sets "lost".',
  ];
  return [`C ${name}`, '', '(*', ...text.map((line) => ` * ${commentText(line)}`.trimEnd()), ' *)', ''];
}

/** Each once: its place here, from 1 on, is its number in the test. */
function warningTexts({ ops }: CounterReproduction): string[] {
  return [...new Set(ops.flatMap(({ outcome }) => outcome!.warnings.map(({ text }) => text)))];
}

function litmusBody(reproduction: CounterReproduction): string[] {
  const { harness, program, start, ops, final } = reproduction;
  const paths = everyPath(harness.subject, program, ops);
  if (!paths)
    throw new Inexpressible('the program has too many states to be unrolled; make it smaller first');
  if (paths.wraps)
    throw new Inexpressible(
      'a sum passes INT_MAX or INT_MIN, and the integers of herd7 do not wrap at 32 bits',
    );
  if (ops.some(({ outcome }) => FAULTS.some((fault) => fault === outcome!.result)))
    throw new Inexpressible('an op does not return');
  const threads = paths.threads.map((list, thread) => threadOf(reproduction, list, thread));
  return [
    '{',
    `\tatomic_t ${COUNTER} = ATOMIC_INIT(${start});`,
    '}',
    '',
    ...threads.flatMap(({ lines }, thread) => [
      `P${thread}(atomic_t *${COUNTER})`,
      '{',
      ...lines.map((line) => (line === '' ? '' : `\t${line}`)),
      '}',
      '',
    ]),
    `exists (${[...threads.flatMap(({ conditions }) => conditions), `${COUNTER}=${final}`].join(' /\\ ')})`,
  ];
}

/** The body of P<t>, and its part of the `exists` clause. */
interface Thread {
  readonly lines: readonly string[];
  readonly conditions: readonly string[];
}

/** Where a loop was cut, the clause asks for lost=0: a run that left the unrolled part proves nothing. */
function threadOf(reproduction: CounterReproduction, list: readonly PathBranch[], thread: number): Thread {
  const { harness, program, ops } = reproduction;
  const runs = ops.filter((one) => one.thread === thread);
  const warned = warningTexts(reproduction);
  const writers = list.map((branch, op) => {
    const outcome = runs[op]!.outcome!;
    const writer = new OpWriter(harness.subject, op, {
      answers: outcome.result !== undefined,
      // What is not in the recorded run needs no number of its own.
      warnings: warned.length > 0 ? warned : undefined,
    });
    const body = writer.lines(branch, undefined, 0);
    const text = callText(harness, program.threads[thread]![op]!);
    return { writer, outcome, lines: [`/* ${commentText(text)} */`, ...body] };
  });
  const cuts = writers.some(({ writer }) => writer.cuts);
  const registers = [...writers.flatMap(({ writer }) => [...writer.registers]), ...(cuts ? ['lost'] : [])];
  return {
    lines: [
      ...registers.map((name) => `int ${name};`),
      ...(registers.length > 0 ? [''] : []),
      ...(cuts ? ['lost = 0;'] : []),
      ...writers.flatMap(({ lines }) => lines),
    ],
    conditions: [
      ...writers.flatMap(({ writer, outcome }) => writer.conditions(thread, outcome)),
      ...(cuts ? [`${thread}:lost=0`] : []),
    ],
  };
}

type Outcome = NonNullable<PathBranch['outcome']>;

/** A register, and what it holds on the path that is being written. */
interface Read {
  readonly name: string;
  readonly value: number;
}

/** Further than this from what was read, a value is taken for a constant (SATURATED), not for a sum (old + 2). */
const NEAR = 4096;

/** Writes one op as nested conditions over what its accesses read; `registers` and `cuts` fill on the way. */
class OpWriter {
  readonly #trees: TransitionTrees;
  readonly #op: number;
  readonly #answers: boolean;
  readonly #warnings: readonly string[] | undefined;
  readonly registers = new Set<string>();
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

  /** What the recorded run gave, as terms of the `exists` clause. */
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
      case Access.COMPARE_EXCHANGE: {
        const expected = relativeTo(read, a[node]!, 0);
        const desired = relativeTo(read, b[node]!, NEAR);
        return [`${result}atomic_cmpxchg${SUFFIX[order]}(${COUNTER}, ${expected}, ${desired});`];
      }
      default:
        throw new Error(`internal: access ${kind[node]} of a counter`);
    }
  }

  #leave(outcome: Outcome, read: Read | undefined): string[] {
    const { result } = outcome;
    const answer = typeof result === 'number' ? relativeTo(read, result, NEAR) : String(numberOf(result));
    return [
      ...(this.#answers ? [`a${this.#op} = ${answer};`] : []),
      ...(this.#warnings ? [`w${this.#op} = ${this.#warningOf(outcome)};`] : []),
    ];
  }

  /** A digit for each warning in turn: 12 is warning 1, then 2. One that the recorded run has not is 9. */
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

/** `r0_0 + 1` where a value was made from what was read: results that differ in it alone then share a branch. */
function relativeTo(read: Read | undefined, value: number, near: number): string {
  if (!read || Math.abs(value - read.value) > near) return String(value);
  const difference = value - read.value;
  if (difference === 0) return read.name;
  return `${read.name} ${difference > 0 ? '+' : '-'} ${Math.abs(difference)}`;
}

/** As C has them: true is 1; false, and no answer at all, 0. */
function numberOf(result: Outcome['result']): number {
  return typeof result === 'number' ? result : Number(result === true);
}

interface Way {
  readonly results: readonly number[];
  readonly lines: readonly string[];
}

/** What follows for which results, as conditions of one comparison: herd7 knows no others. Fewest results first. */
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
  return [
    `if (${condition}) {`,
    ...first.lines.map((line) => `\t${line}`),
    ...(otherwise.length > 0 ? ['} else {', ...otherwise.map((line) => `\t${line}`)] : []),
    '}',
  ];
}

/** A comparison that holds for all of some values and for none of the others: {1, 2} of {1, 2, 5, 6} is `<= 2`. */
function separating(name: string, some: readonly number[], others: readonly number[]): string | undefined {
  if (some.length === 1) return `${name} == ${some[0]}`;
  if (others.length === 1) return `${name} != ${others[0]}`;
  const [low, high] = [Math.min(...some), Math.max(...some)];
  const [otherLow, otherHigh] = [Math.min(...others), Math.max(...others)];
  if (high < otherLow) return high < 0 && otherLow >= 0 ? `${name} < 0` : `${name} <= ${high}`;
  if (low > otherHigh) return low > 0 && otherHigh <= 0 ? `${name} > 0` : `${name} >= ${low}`;
  return undefined;
}

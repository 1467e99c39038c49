import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { accessCall } from '../reproduce/accesses.ts';
import type { PlannedSide } from '../reproduce/counter-plan.ts';
import { type TreeSyntax, treeLines } from '../reproduce/decision-trees.ts';
import { cLiteral, cString, shownValue } from '../reproduce/source-text.ts';

/** The folder of the source files, from the root of the package. */
export const RUNTIME = 'export/c/runtime';

const ORDERS: Readonly<Record<MemoryOrder, string>> = {
  relaxed: 'memory_order_relaxed',
  acquire: 'memory_order_acquire',
  release: 'memory_order_release',
  full: 'memory_order_seq_cst',
};

/** The words of a program, by number. @param constants that stand for them */
export function enumLine(constants: readonly string[]): string {
  return `enum { ${constants.join(', ')}, WORDS };`;
}

/** Widths of columns: what is known beforehand, so that rows can be printed as they come. */
export function columnLines(calls: readonly string[], title: string, values: number): string[] {
  return [
    `#define OP_WIDTH ${Math.min(40, Math.max(2, ...calls.map(({ length }) => length)))}`,
    '#define ACCESS_WIDTH 20',
    `#define VALUES ${cString(title)}`,
    `#define VALUES_WIDTH ${values}`,
  ];
}

/** Which ops each thread calls. An op's number is its place in `calls`, which orders all tables of ops; -1 ends a list. */
export function programLines(program: readonly (readonly number[])[], calls: readonly number[]): string[] {
  return [
    '/* By thread: the numbers of the ops it calls. */',
    `static const int program[THREADS][${Math.max(...program.map((list) => list.length)) + 1}] = {`,
    ...program.map((list) => `\t{ ${[...list.map((call) => calls.indexOf(call)), -1].join(', ')} },`),
    '};',
  ];
}

/** The thread of each access. C has no empty array: a side that makes no access gets one that is never looked at. */
export function scheduleLines(sides: readonly PlannedSide[]): string[] {
  return sides.map(
    ({ name, schedule }) =>
      `static const int ${name}_schedule[] = { ${(schedule.length > 0 ? schedule : [-1]).join(', ')} };`,
  );
}

const ABOUT: Readonly<Record<PlannedSide['name'], string>> = {
  subject:
    '/* The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
  reference: '/* The ops of the reference, likewise. */',
};

/**
 * The ops of one side as functions.
 *
 *     static struct outcome subject_inc(void)
 *     {
 *     	const int r0 = fetch_add(W_COUNT, 1, memory_order_relaxed);
 *     	if (r0 != 0)
 *     		unrecorded(r0);
 *     	store(W_COUNT, (int)0xC0000000, memory_order_relaxed);
 *     	return (struct outcome){ "void", "addition on 0; use-after-free" };
 *     }
 *
 * @param names by call, an identifier of its own
 */
export function opFunctions(
  { name, trees: { trees, roots } }: PlannedSide,
  names: ReadonlyMap<number, string>,
): string[] {
  const syntax = syntaxOf(trees);
  const functions = [...roots].flatMap(([call, root]) => [
    `static struct outcome ${name}_${names.get(call)}(void)`,
    '{',
    ...treeLines(trees, root, syntax).map((line) => `\t${line}`),
    '}',
    '',
  ]);
  return [ABOUT[name], '', ...functions];
}

/** The ops of a side by number; what it never calls is not there. */
export function opTable({ name, trees }: PlannedSide, names: ReadonlyMap<number, string>): string {
  const functions = [...names].map(([call, op]) => (trees.roots.has(call) ? `${name}_${op}` : 'NULL'));
  return `static struct outcome (*const ${name}_ops[])(void) = { ${functions.join(', ')} };`;
}

/** Ops and schedule of a side in one record, for the functions that run either. */
export function sideLines({ name }: PlannedSide): string[] {
  return [
    `static const struct side ${name} = {`,
    `\t${name}_ops, ${name}_schedule, sizeof(${name}_schedule) / sizeof(int)`,
    '};',
  ];
}

/** How C spells a decision tree. Results and warnings are texts: they are only printed and compared. */
function syntaxOf(trees: TransitionTrees): TreeSyntax {
  return {
    access(node, result) {
      const call = callOf(trees, node);
      return [result === undefined ? `${call};` : `const int ${result} = ${call};`];
    },
    isOneOf,
    when: (condition, lines) => [`if (${condition}) {`, ...lines.map((line) => `\t${line}`), '}'],
    unlessOneOf(result, values) {
      const strange =
        values.length === 1 ? `${result} != ${cLiteral(values[0]!)}` : `!(${isOneOf(result, values)})`;
      return [`if (${strange})`, `\tunrecorded(${result});`];
    },
    unrecorded: () => ['cannot_run("an op goes on where none was recorded to");'],
    leave: ({ result, warnings }) => {
      const texts = warnings.map(({ text }) => text).join('\n');
      return [`return (struct outcome){ ${cString(shownValue(result))}, ${cString(texts)} };`];
    },
  };
}

/** `compare_exchange(W_COUNT, 1, 2, memory_order_release)` */
function callOf(trees: TransitionTrees, node: number): string {
  const { name, word, values, order } = accessCall(trees, node);
  const place = word === undefined ? [] : [word];
  const orders = order === undefined ? [] : [ORDERS[order]];
  return `${name.replaceAll('-', '_')}(${[...place, ...values.map(cLiteral), ...orders].join(', ')})`;
}

function isOneOf(name: string, values: readonly number[]): string {
  return values.map((value) => `${name} == ${cLiteral(value)}`).join(' || ');
}

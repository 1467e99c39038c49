import { Access, wordNamesOf } from '../../fuzz/run/access.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { MemoryOrder } from '../../targets/subject/word.ts';
import { type DecisionTrees, type TreeSyntax, treeLines } from '../reproduce/decision-trees.ts';
import { cLiteral, cString, identifierPart, shownValue } from '../reproduce/source-text.ts';

/** By kind of access: the function of the exported program, and how many values it takes. */
const CALLS: Readonly<Record<number, readonly [name: string, values: number]>> = {
  [Access.LOAD]: ['load', 0],
  [Access.STORE]: ['store', 1],
  [Access.EXCHANGE]: ['exchange', 1],
  [Access.FETCH_ADD]: ['fetch_add', 1],
  [Access.FETCH_SUB]: ['fetch_sub', 1],
  [Access.COMPARE_EXCHANGE]: ['compare_exchange', 2],
  [Access.LOCK]: ['lock', 0],
  [Access.UNLOCK]: ['unlock', 0],
  [Access.RCU_LOCK]: ['enter_rcu', 0],
  [Access.RCU_UNLOCK]: ['leave_rcu', 0],
  [Access.RCU_CALL]: ['call_rcu', 0],
  [Access.RCU_CALLBACK]: ['begin_callback', 0],
  [Access.IDLE_NOTE]: ['note_idle', 0],
  [Access.IDLE_CLEAR]: ['clear_idle', 0],
  [Access.IDLE_CHECK]: ['check_idle', 0],
  [Access.USE]: ['use', 0],
  [Access.FREE]: ['free_object', 0],
};

const ORDERS: Readonly<Record<MemoryOrder, string>> = {
  relaxed: 'memory_order_relaxed',
  acquire: 'memory_order_acquire',
  release: 'memory_order_release',
  full: 'memory_order_seq_cst',
};

/** The ops of one side as functions. @param nameOf by call, an identifier of its own */
export function opFunctions(
  side: string,
  { trees, roots }: DecisionTrees,
  nameOf: ReadonlyMap<number, string>,
): string[] {
  const syntax = syntaxOf(trees);
  return [...roots].flatMap(([call, root]) => [
    `static struct outcome ${side}_${nameOf.get(call)}(void)`,
    '{',
    ...treeLines(trees, root, syntax).map((line) => `\t${line}`),
    '}',
    '',
  ]);
}

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

function callOf(trees: TransitionTrees, node: number): string {
  const kind = trees.kind[node]!;
  const [name, count] = CALLS[kind]!;
  const values = [trees.a[node]!, trees.b[node]!].slice(0, count).map(cLiteral);
  const place = kind <= Access.UNLOCK ? [wordEnum(wordNamesOf(trees.subject)[trees.word[node]!]!)] : [];
  const order = kind <= Access.COMPARE_EXCHANGE ? [ORDERS[orderOf(kind, trees.order(node))]] : [];
  return `${name}(${[...place, ...values, ...order].join(', ')})`;
}

/** C has no load that releases and no store that acquires; code that asks for one means the weaker. */
function orderOf(kind: number, order: MemoryOrder): MemoryOrder {
  if (kind === Access.LOAD && order === 'release') return 'relaxed';
  if (kind === Access.STORE && order === 'acquire') return 'relaxed';
  return order;
}

function isOneOf(name: string, values: readonly number[]): string {
  return values.map((value) => `${name} == ${cLiteral(value)}`).join(' || ');
}

/** The constant that stands for a word. */
export function wordEnum(name: string): string {
  return `W_${identifierPart(name.replaceAll('-', '_')).toUpperCase()}`;
}

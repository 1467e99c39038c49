import { Access, wordNamesOf } from '../../fuzz/run/access.ts';
import type { OpOutcome, TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { Outcome, Result } from '../../targets/subject/subject.ts';
import { type DecisionTrees, type TreeSyntax, treeLines } from '../reproduce/decision-trees.ts';
import { identifierPart, jsLiteral, jsString } from '../reproduce/source-text.ts';

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

/** The ops of one side as the lines of an object literal. */
export function opLines(
  variable: string,
  { trees, roots }: DecisionTrees,
  callOf: (call: number) => string,
): string[] {
  const syntax = syntaxOf(trees);
  const ops = [...roots].flatMap(([call, root]) => [
    `  ${jsString(callOf(call))}: () => {`,
    ...treeLines(trees, root, syntax).map((line) => `    ${line}`),
    '  },',
  ]);
  return [`const ${variable} = {`, ...ops, '};'];
}

function syntaxOf(trees: TransitionTrees): TreeSyntax {
  return {
    access(node, result) {
      const call = callOf(trees, node);
      return [result === undefined ? call : `const ${result} = ${call}`];
    },
    isOneOf,
    when: (condition, lines) => [`if (${condition}) {`, ...lines.map((line) => `  ${line}`), '}'],
    unlessOneOf(result, values) {
      const strange =
        values.length === 1 ? `${result} !== ${jsLiteral(values[0]!)}` : `!${isOneOf(result, values)}`;
      return [`if (${strange}) unrecorded(${result});`];
    },
    unrecorded: () => ['unrecorded();'],
    leave: (outcome) => [`return ${outcomeCode(outcome)};`],
  };
}

function callOf(trees: TransitionTrees, node: number): string {
  const kind = trees.kind[node]!;
  const [name, count] = CALLS[kind]!;
  const values = [trees.a[node]!, trees.b[node]!].slice(0, count).map(jsLiteral);
  const place = kind <= Access.UNLOCK ? [wordConstant(wordNamesOf(trees.subject)[trees.word[node]!]!)] : [];
  const order = kind <= Access.COMPARE_EXCHANGE ? ` // ${trees.order(node)}` : '';
  return `${name}(${[...place, ...values].join(', ')});${order}`;
}

function isOneOf(name: string, values: readonly number[]): string {
  const literals = values.map(jsLiteral);
  return literals.length === 1 ? `${name} === ${literals[0]}` : `[${literals.join(', ')}].includes(${name})`;
}

/** The constant that stands for a word in an exported program. Own words have names of people's: they get a mark. */
export function wordConstant(name: string): string {
  return identifierPart(name.replaceAll('-', '_')).toUpperCase();
}

/** A result as JavaScript. */
export function resultCode(result: Result | Outcome): string {
  if (result === undefined) return 'undefined';
  return typeof result === 'number'
    ? jsLiteral(result)
    : typeof result === 'string'
      ? jsString(result)
      : String(result);
}

function outcomeCode({ result, warnings }: OpOutcome): string {
  return `{ result: ${resultCode(result)}, warnings: [${warnings.map(({ text }) => jsString(text)).join(', ')}] }`;
}

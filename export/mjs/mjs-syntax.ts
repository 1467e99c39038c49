import type { OpOutcome, TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { Outcome, Result } from '../../targets/subject/subject.ts';
import { accessCall } from '../reproduce/accesses.ts';
import type { CounterPlan, PlannedSide } from '../reproduce/counter-plan.ts';
import { type TreeSyntax, treeLines } from '../reproduce/decision-trees.ts';
import type { SchemePlan } from '../reproduce/scheme-plan.ts';
import { jsLiteral, jsString } from '../reproduce/source-text.ts';
import { imports } from './mjs-program.ts';

/** What plans of counters and schemes have in common is all that is asked of them here. */
type Plan = CounterPlan | SchemePlan;

/** The words of a program, by number. @param constants that stand for them */
export function wordLines(constants: readonly string[]): string[] {
  return [...constants.map((name, at) => `const ${name} = ${at};`), `const WORDS = ${constants.length};`];
}

/** Which ops each thread calls. An op is known by its text. */
export function programLine({ program, textOf }: Plan): string {
  const threads = program.map((calls) => `[${calls.map((call) => jsString(textOf(call))).join(', ')}]`);
  return `/** By thread: the ops it calls. */\nconst program = [${threads.join(', ')}];`;
}

/** The thread of each access, by side. */
export function scheduleLines(sides: readonly PlannedSide[]): string[] {
  return [
    'const schedules = {',
    ...sides.map(({ name, schedule }) => `  ${name}: [${schedule.join(', ')}],`),
    '};',
  ];
}

const ABOUT: Readonly<Record<PlannedSide['name'], string>> = {
  subject:
    '/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
  reference: '/** The ops of the reference, likewise. */',
};

/**
 * The ops of all sides as object literals. RCU's callback has the call -1.
 *
 *     const subject = {
 *       "inc()": () => {
 *         const r0 = fetchAdd(W_COUNT, 1); // relaxed
 *         if (r0 !== 0) unrecorded(r0);
 *         store(W_COUNT, (0xC0000000 | 0)); // relaxed
 *         return { result: undefined, warnings: ["addition on 0; use-after-free"] };
 *       },
 *     };
 */
export function opLines({ sides, textOf, accesses }: Plan): string[] {
  return [
    ...accesses.map((file) => imports(`access/${file}`)),
    ...sides.flatMap((side) => sideLines(side, textOf)),
    `const ops = { ${sides.map(({ name }) => name).join(', ')} };`,
  ];
}

function sideLines({ name, trees: { trees, roots } }: PlannedSide, textOf: Plan['textOf']): string[] {
  const syntax = syntaxOf(trees);
  const ops = [...roots].flatMap(([call, root]) => [
    `  ${jsString(textOf(call))}: () => {`,
    ...treeLines(trees, root, syntax).map((line) => `    ${line}`),
    '  },',
  ]);
  return [ABOUT[name], `const ${name} = {`, ...ops, '};', ''];
}

/** How JavaScript spells a decision tree. */
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

/** `compareExchange(W_COUNT, 1, 2); // release`. JavaScript has no weaker order than full, so that it is a comment. */
function callOf(trees: TransitionTrees, node: number): string {
  const { name, word, values, order } = accessCall(trees, node);
  const place = word === undefined ? [] : [word];
  const comment = order === undefined ? '' : ` // ${order}`;
  return `${camelCase(name)}(${[...place, ...values.map(jsLiteral)].join(', ')});${comment}`;
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function isOneOf(name: string, values: readonly number[]): string {
  const literals = values.map(jsLiteral);
  return literals.length === 1 ? `${name} === ${literals[0]}` : `[${literals.join(', ')}].includes(${name})`;
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

import type { Amalgamation } from '../reproduce/amalgamation.ts';
import { type CounterPlan, counterPlan } from '../reproduce/counter-plan.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import { jsLiteral, jsString } from '../reproduce/source-text.ts';
import { imports, mjsFiles } from './mjs-program.ts';
import { opLines, programLine, resultCode, scheduleLines, wordLines } from './mjs-syntax.ts';

/**
 * An exported counter case, below its head.
 *
 * As in C, with one difference: every row of the notes keeps the word before and after, so `sticky` needs no word of
 * its own.
 */
export function counterProgram(reproduction: CounterReproduction): Amalgamation {
  const plan = counterPlan(reproduction);
  return mjsFiles('counter.mjs', {
    'example/case.mjs': caseLines(plan),
    'example/counter-ops.mjs': [...opLines(plan), ...(plan.ideal ? idealLines(plan) : [])],
    'example/open-call.mjs': [imports('counter/open-call')],
    'example/word.mjs': [imports('counter/word')],
    'example/question.mjs': [imports(`counter/${plan.question}`)],
    'example/expected.mjs': [imports(`counter/${plan.expected}`)],
  });
}

/** Constants under the names that the runtime imports from its example. */
function caseLines(plan: CounterPlan): string[] {
  const { constants, gains, sides, verdict } = plan;
  return [
    ...wordLines(['W_COUNT']),
    ...constants.map(([name, value]) => `const ${name} = ${resultCode(value)};`),
    `const DIVERGES = ${jsString(verdict)};`,
    programLine(plan),
    '/** The thread of each access. The ops of the reference run one after another. */',
    ...scheduleLines(sides),
    ...(gains ? gainLines(plan) : []),
  ];
}

/** Keyed by the text of a call: JavaScript needs no numbers for ops. */
function gainLines({ gains, textOf }: CounterPlan): string[] {
  const lastPuts = gains!.filter(({ isLastPut }) => isLastPut);
  return [
    '/** By op: the references it gains when its answer is not true, and when it is. */',
    'const GAINS = {',
    ...gains!.map(({ call, gains: pair }) => `  ${jsString(textOf(call))}: [${pair.join(', ')}],`),
    '};',
    '/** The ops that say with true that this was the last reference. */',
    `const LAST_PUTS = [${lastPuts.map(({ call }) => jsString(textOf(call))).join(', ')}];`,
  ];
}

/** The rows are in the order of the calls, so the same call may stand there twice. */
function idealLines({ ideal, textOf }: CounterPlan): string[] {
  const rows = ideal!.map(
    ({ call, result, word, objects }) =>
      `  { op: ${jsString(textOf(call))}, result: ${resultCode(result)}, word: ${jsLiteral(word)}, objects: ${objects} },`,
  );
  return [
    '',
    '/**',
    ' * What the ideal counter, an integer that never wraps, gives in the order of the calls; its count is folded to 32',
    ' * bits. It objects to misuse, and to a count that the word cannot hold.',
    ' */',
    'const ideal = [',
    ...rows,
    '];',
  ];
}

import type { Amalgamation } from '../reproduce/amalgamation.ts';
import { type CounterPlan, counterPlan } from '../reproduce/counter-plan.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import { jsLiteral, jsString } from '../reproduce/source-text.ts';
import { imports, mjsFiles } from './mjs-program.ts';
import { opLines, programLine, resultCode, scheduleLines, wordLines } from './mjs-syntax.ts';

/** An exported counter case, below its head. */
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

/** What the modules of the runtime know of the case; nothing here needs them. */
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

/** For the question of conservation. */
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

/** Data in the place of a reference: nothing runs it. */
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

import { wordConstant } from '../reproduce/accesses.ts';
import type { Amalgamation } from '../reproduce/amalgamation.ts';
import type { SchemeReproduction } from '../reproduce/reproduced-scheme.ts';
import { type PlannedSchemeSide, type SchemePlan, schemePlan } from '../reproduce/scheme-plan.ts';
import { commentText, jsLiteral, jsString } from '../reproduce/source-text.ts';
import { imports, mjsFiles } from './mjs-program.ts';
import { opLines, programLine, scheduleLines, wordLines } from './mjs-syntax.ts';

/** An exported scheme case, below its head. */
export function schemeProgram(reproduction: SchemeReproduction): Amalgamation {
  const plan = schemePlan(reproduction);
  return mjsFiles('scheme.mjs', {
    'example/case.mjs': caseLines(plan),
    'example/scheme-ops.mjs': opLines(plan),
    'example/open-call.mjs': [imports('scheme/open-call')],
    'example/word.mjs': [imports('scheme/word')],
  });
}

/** What the modules of the runtime know of the case; nothing here needs them. */
function caseLines(plan: SchemePlan): string[] {
  const { calls, textOf, roleOf, program, sides, words, compared, opsToMake, allowed, aboutAllowed } = plan;
  const inObject = words.filter(({ isInObject }) => isInObject).map(({ name }) => wordConstant(name));
  return [
    ...wordLines(words.map(({ name }) => wordConstant(name))),
    `const WORD_NAMES = [${words.map(({ name }) => jsString(name)).join(', ')}];`,
    `const IN_OBJECT = [${inObject.join(', ')}];`,
    `const COMPARED = ${jsString(compared)};`,
    `const OPS_TO_MAKE = ${opsToMake};`,
    `const DIVERGES = ${jsString(plan.verdict)};`,
    programLine(plan),
    "/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */",
    'const roles = {',
    ...calls.map((call) => `  ${jsString(textOf(call))}: ${jsString(roleOf(call))},`),
    '};',
    `/** The thread of each access; ${program.length} is RCU. The reference runs without preemptions. */`,
    ...scheduleLines(sides),
    `/** The state ${commentText(plan.state)}. The list: 0 nowhere, 1 the live structure, 2 the trash. */`,
    'const starts = {',
    ...sides.map((side) => startLine(side, words)),
    '};',
    '/**',
    ...aboutAllowed.map((line) => ` * ${line}`),
    ' */',
    'const allowed = new Set([',
    ...allowed.map((one) => `  ${jsString(one)},`),
    ']);',
  ];
}

/** Where a side starts: values of words, and what each thread holds and is inside of. */
function startLine({ name, start }: PlannedSchemeSide, words: SchemePlan['words']): string {
  const values = words.map(
    ({ name: word }) => `[${wordConstant(word)}, ${jsLiteral(start.words.get(word) ?? 0)}]`,
  );
  const parts = [
    `words: [${values.join(', ')}]`,
    `noted: ${Number(start.noted)}`,
    `held: [${start.held.join(', ')}]`,
    `inside: [${start.inside.join(', ')}]`,
  ];
  return `  ${name}: { ${parts.join(', ')} },`;
}

import { MAX_THREADS } from '../../fuzz/program/program.ts';
import { wordConstant } from '../reproduce/accesses.ts';
import type { Amalgamation } from '../reproduce/amalgamation.ts';
import type { SchemeReproduction } from '../reproduce/reproduced-scheme.ts';
import { type PlannedSchemeSide, type SchemePlan, schemePlan } from '../reproduce/scheme-plan.ts';
import { cLiteral, commentText, cString, identifiers } from '../reproduce/source-text.ts';
import { cFiles, includes } from './c-program.ts';
import {
  columnLines,
  enumLine,
  opFunctions,
  opTable,
  programLines,
  RUNTIME,
  scheduleLines,
  sideLines,
} from './c-syntax.ts';

/** The number of RCU's callback among calls. */
const CALLBACK = -1;

/** An exported scheme case, below its head. */
export function schemeProgram(reproduction: SchemeReproduction): Amalgamation {
  const plan = schemePlan(reproduction);
  return cFiles(RUNTIME, 'scheme.c', {
    'example/case.h': [],
    'example/scheme-case.h': caseLines(plan),
    'example/scheme-ops.h': opLines(plan, (call) => reproduction.harness.alphabet.format(call)),
    'example/open-call.h': [includes('scheme/open-call')],
    'example/word.h': [includes('scheme/word')],
  });
}

/** What the files of the runtime know of the case; they define the roles alone, which it needs. */
function caseLines(plan: SchemePlan): string[] {
  const { calls, textOf, program, sides, words, roleOf, compared, allowed, aboutAllowed } = plan;
  const texts = [...calls.map(textOf), 'callback'];
  const longest = Math.max(...sides.map(({ schedule }) => schedule.length));
  return [
    includes('scheme/roles'),
    enumLine(words.map(({ name }) => wordConstant(name))),
    `#define THREADS ${program.length}`,
    `#define SLOTS ${MAX_THREADS + 1}`,
    // Each access of RCU may be a call of its own.
    `#define CALLS ${program.flat().length + longest}`,
    `#define COMPARED ${compared.toUpperCase()}`,
    `#define OPS_TO_MAKE ${plan.opsToMake}`,
    ...columnLines(texts, 'values', 26),
    `#define DIVERGES ${cString(plan.verdict)}`,
    '',
    `static const char *const word_names[] = { ${words.map(({ name }) => cString(name)).join(', ')} };`,
    `static const bool in_object[] = { ${words.map(({ isInObject }) => isInObject).join(', ')} };`,
    `static const char *const names[] = { ${texts.map(cString).join(', ')} };`,
    `enum { CALLBACK = ${calls.length} };`,
    `static const enum role roles[] = { ${calls.map((call) => roleOf(call).toUpperCase()).join(', ')} };`,
    ...programLines(program, calls),
    '/* The thread of each access; the number after the last one is RCU. The reference runs without preemptions. */',
    ...scheduleLines(sides),
    '',
    '/*',
    ...aboutAllowed.map((line) => ` * ${line}`),
    ' */',
    'static const char *const allowed[] = {',
    ...allowed.map((one) => `\t${cString(one)},`),
    // An array has at least one element, and the reference may give nothing.
    '\tNULL,',
    '};',
  ];
}

/** The ops, and where each side starts. */
function opLines({ calls, sides, accesses, words, state }: SchemePlan, formatOf: (call: number) => string) {
  const names = identifiers([...calls, CALLBACK], (call) =>
    call === CALLBACK ? 'callback' : formatOf(call),
  );
  return [
    ...accesses.map((file) => includes(`access/${file}`)),
    includes('scheme/start'),
    ...sides.flatMap((side) => opFunctions(side, names)),
    ...sides.map((side) => opTable(side, names)),
    ...sides.flatMap(sideLines),
    '',
    `/* The state ${commentText(state)}. The list: 0 nowhere, 1 the live structure, 2 the trash. */`,
    ...sides.flatMap((side) => startLines(side, words)),
  ];
}

/** Fields are named, so that compilers do not miss the threads that are left out and hold nothing. */
function startLines({ name, start }: PlannedSchemeSide, words: SchemePlan['words']): string[] {
  const values = words.map(
    ({ name: word }) => `[${wordConstant(word)}] = ${cLiteral(start.words.get(word) ?? 0)}`,
  );
  return [
    `static const struct start ${name}_start = {`,
    `\t.words = { ${values.join(', ')} },`,
    `\t.noted = ${start.noted},`,
    `\t.held = { ${start.held.join(', ')} },`,
    `\t.inside = { ${start.inside.join(', ')} },`,
    '};',
  ];
}

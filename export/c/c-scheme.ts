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

/**
 * The number of RCU's callback among calls. Its identifier is `callback`, and its number in C is the one after those of
 * the ops.
 */
const CALLBACK = -1;

/**
 * An exported scheme case, below its head.
 *
 * `case.h`, which counters fill, stays empty: `scheme-case.h` stands for it.
 */
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

/** A table by op has the ops in the order of `calls`; the callback comes behind them. */
function caseLines(plan: SchemePlan): string[] {
  const { calls, textOf, program, sides, words, roleOf, compared, allowed, aboutAllowed } = plan;
  const texts = [...calls.map(textOf), 'callback'];
  const longest = Math.max(...sides.map(({ schedule }) => schedule.length));
  return [
    includes('scheme/roles'),
    enumLine(words.map(({ name }) => wordConstant(name))),
    `#define THREADS ${program.length}`,
    // A slot for each thread that a program can have, and one for RCU.
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
    // It ends the list, which may be empty.
    '\tNULL,',
    '};',
  ];
}

/** Both sides start in the same state, each with its own words: so there is a start for each. */
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

/** What is 0 is left out; the first fields are named, so that compilers do not miss the others. */
function startLines({ name, start }: PlannedSchemeSide, words: SchemePlan['words']): string[] {
  const values = words.map(
    ({ index, name: word }) => `[${wordConstant(word)}] = ${cLiteral(start.words.get(index) ?? 0)}`,
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

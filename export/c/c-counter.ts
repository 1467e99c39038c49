import type { Amalgamation } from '../reproduce/amalgamation.ts';
import { type CounterPlan, counterPlan } from '../reproduce/counter-plan.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';
import { cLiteral, cString, identifiers, shownValue } from '../reproduce/source-text.ts';
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

/** An exported counter case, below its head. */
export function counterProgram(reproduction: CounterReproduction): Amalgamation {
  const plan = counterPlan(reproduction);
  // Only one question asks what happened to the word on the way.
  const word = plan.question === 'sticky' ? 'pinned-word' : 'word';
  return cFiles(RUNTIME, 'counter.c', {
    'example/case.h': caseLines(plan),
    'example/counter-ops.h': opLines(plan, (call) => reproduction.harness.alphabet.format(call)),
    'example/open-call.h': [includes('counter/open-call')],
    'example/word.h': [includes(`counter/${word}`)],
    'example/question.h': [includes(`counter/${plan.question}`)],
    'example/expected.h': [includes(`counter/${plan.expected}`)],
  });
}

/** What the files of the runtime know of the case; nothing here needs them. */
function caseLines(plan: CounterPlan): string[] {
  const { calls, textOf, program, sides, constants, gains, verdict } = plan;
  return [
    enumLine(['W_COUNT']),
    `#define THREADS ${program.length}`,
    // An array has at least one element.
    `#define CALLS ${Math.max(program.flat().length, 1)}`,
    ...constants.map(([name, value]) => `#define ${name} ${literal(value)}`),
    ...columnLines(calls.map(textOf), 'word', 24),
    `#define DIVERGES ${cString(verdict)}`,
    '',
    `static const char *const names[] = { ${calls.map(textOf).map(cString).join(', ')} };`,
    ...programLines(program, calls),
    '/* The thread of each access. The ops of the reference run one after another. */',
    ...scheduleLines(sides),
    ...(gains ? gainLines(plan) : []),
  ];
}

function literal(value: number | boolean): string {
  return typeof value === 'number' ? cLiteral(value) : String(value);
}

/** For the question of conservation, in the order of the ops' numbers. */
function gainLines({ calls, gains }: CounterPlan): string[] {
  const rows = calls.map((call) => gains!.find((row) => row.call === call)!);
  return [
    '/* By op: the references it gains when its answer is not true, and when it is. */',
    `static const int gains[][2] = { ${rows.map((row) => `{ ${row.gains.map(cLiteral).join(', ')} }`).join(', ')} };`,
    '/* By op: whether true says that this was the last reference. */',
    `static const bool is_last_put[] = { ${rows.map(({ isLastPut }) => isLastPut).join(', ')} };`,
  ];
}

/** The ops and what is made of them: they need the accesses, whose files need the lines above. */
function opLines(plan: CounterPlan, formatOf: (call: number) => string): string[] {
  const names = identifiers(plan.calls, formatOf);
  const { sides, accesses, ideal, textOf } = plan;
  return [
    ...accesses.map((file) => includes(`access/${file}`)),
    ...(ideal ? [includes('counter/ideal-row')] : []),
    ...sides.flatMap((side) => opFunctions(side, names)),
    ...sides.map((side) => opTable(side, names)),
    ...sides.flatMap(sideLines),
    ...(ideal
      ? [
          '',
          'static const struct ideal ideal[] = {',
          ...ideal.map(
            ({ call, result, word, objects }) =>
              `\t{ ${[cString(textOf(call)), cString(shownValue(result)), cLiteral(word), objects].join(', ')} },`,
          ),
          '};',
        ]
      : []),
  ];
}

import { parseProgram } from '../../fuzz/case/program-text.ts';
import { answerProgram } from '../../fuzz/check/answer.ts';
import { stateGraph } from '../../fuzz/explore/state-graph.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { defaultOracles } from '../../oracles/oracles.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { USUAL_ARGUMENTS, USUAL_STARTS } from '../../targets/target/target.ts';
import type { CellKind, MatrixCell, MatrixData } from './figure-data.ts';
import type { KnownShape } from './known-shapes.ts';

/*
 * The same judge as everywhere: each program is answered as `check --program` would, with the ideal
 * counter for a reference. Against a counter of another generation it would be said what differs; against
 * the ideal it is said what goes wrong, and so a row can be read across.
 *
 * Of several signatures the gravest is shown. Without one the program is as it should be, and where
 * somebody was warned, the counter objects: `check` calls neither a divergence.
 */

/** The generations, oldest way of counting first. */
const GENERATIONS = ['atomic', 'pax', 'refcount/v4.11', 'refcount/x86', 'refcount/v5.5'];
/** A shape is small; one of a user's that is not is left open. */
const MOST_STATES = 50_000;

/** The built-in counters, in the order in which they came. */
export function generations(): Counter[] {
  return GENERATIONS.map((name) => findSubject(name)).filter(
    (one): one is Counter => one?.kind === 'counter',
  );
}

/**
 * Programs on generations of counters: each is decided under every schedule against the ideal counter, as `check` does it
 * for `TARGET --program`.
 *
 * @throws ProgramError for a program that is none
 */
export function matrixData(shapes: readonly KnownShape[], counters: readonly Counter[]): MatrixData {
  return {
    counters: counters.map(headOf),
    rows: shapes.map(({ program, about }) => ({
      program,
      about,
      cells: counters.map((counter) => cellOf(counter, program)),
    })),
  };
}

/** Which release a kernel's counter is of, its name does not say. */
function headOf({ name, about, compiled }: Counter): MatrixData['counters'][number] {
  return { name: compiled ? about : name, about };
}

/**
 * One program on one counter. The target has no file and no name that anybody sees: `free`, as these
 * programs are misuse for the most part, and that is what they are here for.
 */
function cellOf(counter: Counter, text: string): MatrixCell {
  const harness = harnessOf({
    name: 'matrix',
    about: counter.about,
    reference: 'ideal',
    subject: counter,
    threads: 4,
    ops: Object.keys(counter.ops),
    initial: USUAL_STARTS,
    arguments: USUAL_ARGUMENTS,
    oracles: defaultOracles('counter'),
    discipline: 'free',
  });
  const program = parseProgram(harness, text);
  const { isComplete, divergences } = answerProgram(harness, program, MOST_STATES);
  const met = divergences.map(({ divergence }) => divergence);
  // Warnings are asked of the states and not of the answer: a counter that rightly objects has no divergence to show.
  const { warnings, finals } = endsOf(harness.subject, program);
  const gravest = (['breaks', 'misses', 'false-alarm'] as const).find((one) =>
    met.some(({ judgement }) => judgement === one),
  );
  const calm: CellKind = warnings.length > 0 ? 'objects' : 'sound';
  return {
    kind: gravest ?? (isComplete ? calm : 'unknown'),
    warnings,
    signatures: met.map(signatureOf),
    finals,
  };
}

/** What some schedule warns of, and what the word is at its end. */
function endsOf(trees: ReturnType<typeof harnessOf>['subject'], program: Parameters<Machine['start']>[0]) {
  const finals = new Set<number>();
  const machine = new Machine(trees);
  const graph = stateGraph(machine, program, MOST_STATES, () => finals.add(machine.words[0]!));
  const warnings = new Set<string>();
  for (const outcome of graph?.outcome ?? [])
    if (outcome >= 0) for (const { text } of trees.outcomeOf(outcome).warnings) warnings.add(text);
  return { warnings: [...warnings], finals: [...finals].sort((a, b) => a - b).map(formatValue) };
}

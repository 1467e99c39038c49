import type { z } from 'zod';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { MOST_LATER } from '../../targets/subject/later.ts';
import { FAULTS, type Result } from '../../targets/subject/subject.ts';
import { parseValue } from '../../targets/subject/values.ts';
import {
  type Checked,
  describe,
  type Path,
  parseChecked,
  unknownName,
} from '../../targets/target/checked-yaml.ts';
import { parseTurn } from '../run/turn.ts';
import type { Case, Observed } from './case.ts';
import { caseShape, versionedShape } from './case-shape.ts';

export { formatCase } from './case-text.ts';

/**
 * Reads a case file. The target need not exist any more, nor its ops: only the spelling is looked at. Whether the
 * target has these ops is asked by `programOf`, when a case is replayed.
 *
 * @param file its name, for messages
 * @throws InputError with line and column, and the nearest name where one is unknown
 */
export function parseCase(file: string, text: string): Case {
  // The version goes first: an unknown key in a file of a later version is no slip of the pen.
  const checked = parseChecked(file, text, caseShape(), versionedShape());
  const { target, memory, schedule, expect, cause, code, why, found } = checked.value;
  const start = startOf(checked);
  const threads = threadsOf(checked);
  checkSchedule(checked, typeof start === 'string');
  const { op, boundary, kind, judgement } = expect.divergence;
  return {
    target,
    ...(memory && { memory }),
    program: { start, threads },
    ...(schedule && { schedule: schedule.map((turn) => parseTurn(String(turn))!) }),
    expect: {
      divergence: { op, boundary, kind, judgement },
      reference: observedOf(checked, 'reference', start),
      subject: observedOf(checked, 'subject', start),
    },
    ...(cause !== undefined && { cause }),
    ...(code !== undefined && { code }),
    why: why.trim(),
    found: {
      by: found.by,
      ...(found.seed !== undefined && { seed: found.seed }),
      ...(found.iteration !== undefined && { iteration: found.iteration }),
    },
  };
}

/** `<op>-<boundary>-<kind>-<judgement>.yaml`: the signature, so that a folder holds one case for each. */
export function caseFileName(stored: Case): string {
  return fileNameOf(stored.expect.divergence);
}

/** The name under which the corpus keeps the case of a divergence. */
export function fileNameOf(divergence: Divergence): string {
  return `${signatureOf(divergence).replaceAll('_', '-')}.yaml`;
}

type CheckedCase = Checked<z.infer<ReturnType<typeof caseShape>>>;

/** One value of each common spelling; SATURATED is none, for what it stands for depends on the target. */
const HINT = 'write 1, -1, 0xC0000000 or INT_MAX-1';

/**
 * A counter starts from a value, a scheme from a named state: the start tells what the case is of, since the target may
 * be gone.
 */
function startOf({ value, errorAt }: CheckedCase): number | string {
  const { start } = value.program;
  const parsed = parsedValue(start);
  if (parsed !== undefined) return parsed;
  // The names of values are in capitals, so that a misspelt one is not taken for a state.
  if (typeof start === 'string' && /^[a-z][\w-]*$/.test(start)) return start;
  throw errorAt(
    ['program', 'start'],
    `${describe(start)} is neither a state's name nor a 32-bit value; ${HINT}`,
  );
}

/**
 * Undefined for what is no 32-bit value. YAML has made a number of `1` and of `0xC0000000`, and left `INT_MAX-1` a
 * string: all go the same way.
 */
function parsedValue(found: unknown): number | undefined {
  return typeof found === 'number' || typeof found === 'string' ? parseValue(String(found)) : undefined;
}

function threadsOf({ value, errorAt }: CheckedCase): readonly (readonly string[])[] {
  const { threads } = value.program;
  threads.forEach((ops, thread) => {
    ops.forEach((op, index) => {
      const problem = problemOfOp(op);
      if (problem) throw errorAt(['program', 'threads', thread, index], problem);
    });
  });
  return threads;
}

/**
 * The spelling of a call, arguments as values: `dec`, `add(2)`, `cmpxchg(1, 0)`. The comma is why the last takes
 * quotes: within the brackets of a YAML list it would part two ops.
 */
function problemOfOp(text: string): string | undefined {
  const match = /^[a-z_][a-z0-9_]*(?:\(([^()]*)\))?$/.exec(text);
  if (!match)
    return `"${text}" is not an op; write dec, add(2) or 'cmpxchg(1, 0)', with quotes round a comma`;
  const given = match[1] === undefined ? [] : match[1].split(',').map((part) => part.trim());
  const wrong = given.find((part) => parseValue(part) === undefined);
  return wrong === undefined ? undefined : `"${wrong}" is not a 32-bit value; ${HINT}`;
}

/**
 * What runs later has threads of a scheme, behind those of the program: RCU alone, or up to MOST_LATER. How many there are, and
 * that the schedule fits the accesses of the ops, only shows when it is run.
 */
function checkSchedule({ value, errorAt }: CheckedCase, isScheme: boolean): void {
  const last = value.program.threads.length - 1 + (isScheme ? MOST_LATER : 0);
  value.schedule?.forEach((turn, index) => {
    const thread = Number.parseInt(String(turn), 10);
    if (typeof turn === 'string' && value.memory !== 'kernel')
      throw errorAt(['schedule', index], `"${turn}" is a turn of weak memory; write "memory: kernel" above`);
    if (thread > last)
      throw errorAt(['schedule', index], `there is no thread ${thread}; the last one is ${last}`);
  });
}

/** One side. Counters have a final value and schemes have facts: which of the two, the start tells. */
function observedOf(checked: CheckedCase, side: 'reference' | 'subject', start: number | string): Observed {
  const { value, errorAt } = checked;
  const { warnings = [], final, facts } = value.expect[side];
  const path = ['expect', side];
  const results = resultsOf(checked, side, typeof start === 'string' ? schemeResult : counterResult);
  if (typeof start === 'string') {
    if (final !== undefined) throw errorAt([...path, 'final'], 'a scheme has no final value; leave it out');
    return { results, warnings, facts: facts ?? [] };
  }
  if (facts) throw errorAt([...path, 'facts'], 'a counter has no facts, only schemes have; leave them out');
  if (final === undefined) return { results, warnings };
  const parsed = parsedValue(final);
  if (parsed === undefined)
    throw errorAt([...path, 'final'], `${describe(final)} is not a 32-bit value; ${HINT}`);
  return { results, warnings, final: parsed };
}

/** Reads one result, or says what is wrong with it. */
type ResultReader = (found: unknown) => { readonly result: Result | string } | { readonly problem: string };

/**
 * One row for each thread, with no more entries than it has ops; fewer is right, for a deadlock leaves ops without a
 * result.
 */
function resultsOf({ value, errorAt }: CheckedCase, side: 'reference' | 'subject', read: ResultReader) {
  const { threads } = value.program;
  const path: Path = ['expect', side, 'results'];
  const { results } = value.expect[side];
  if (results.length !== threads.length) {
    throw errorAt(path, `results of ${results.length} threads, and the program has ${threads.length}`);
  }
  return results.map((thread, t) => {
    const ops = threads[t]!.length;
    if (thread.length > ops) throw errorAt([...path, t, ops], `thread ${t} has no op for this result`);
    return thread.map((found, index) => {
      const outcome = read(found);
      if ('problem' in outcome) throw errorAt([...path, t, index], outcome.problem);
      return outcome.result;
    });
  });
}

/** What earlier versions wrote. They are read, and written under the name of today. */
const FORMER_FAULTS: ReadonlyMap<unknown, string> = new Map([['endless', 'non-terminating']]);

const counterResult: ResultReader = (found) => {
  if (typeof found === 'boolean') return { result: found };
  if (found === 'void') return { result: undefined };
  const fault = FAULTS.find((name) => name === (FORMER_FAULTS.get(found) ?? found));
  if (fault) return { result: fault };
  const result = parsedValue(found);
  return result === undefined
    ? { problem: `${describe(found)} is not a result; write true, false, void or a 32-bit value` }
    : { result };
};

const OUTCOMES = ['granted', 'refused', 'void'];

const schemeResult: ResultReader = (found) => {
  if (typeof found !== 'string')
    return { problem: `${describe(found)} is not a result; write ${OUTCOMES.join(', ')}` };
  return OUTCOMES.includes(found) ? { result: found } : { problem: unknownName('result', found, OUTCOMES) };
};

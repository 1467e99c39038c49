import { formatValue, parseValue } from '../../targets/subject/values.ts';
import { ProgramError } from '../program/alphabet.ts';
import { MAX_OPS, MAX_THREADS, type Program, type ProgramText } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';

/** A program as what is stored of it. By name, since the numbers of calls change with the ops of a target. */
export function textOf({ alphabet }: Harness, { start, threads }: Program): ProgramText {
  return { start, threads: threads.map((calls) => calls.map((call) => alphabet.format(call))) };
}

/**
 * A stored program, in the calls of a harness. The target may have changed since it was stored.
 *
 * @throws ProgramError naming the op or the state that the target does not have
 */
export function programOf(harness: Harness, { start, threads }: ProgramText): Program {
  const { subject } = harness.target;
  if (subject.kind === 'scheme' && !Object.hasOwn(subject.states, String(start))) {
    throw new ProgramError(
      `${subject.name} has no state "${start}"; it has ${Object.keys(subject.states).join(', ')}`,
    );
  }
  if (subject.kind === 'counter' && typeof start !== 'number') {
    throw new ProgramError(`a counter starts from a value, not from "${start}"`);
  }
  if (threads.every((ops) => ops.length === 0)) throw new ProgramError('the program has no op');
  return {
    start,
    threads: threads.map((ops) => ops.map((op) => harness.alphabet.parse(op, subject.saturated))),
  };
}

/**
 * Reads a program from one line: where it starts, then the ops of each thread.
 *
 *     1: inc_not_zero, dec_and_test | dec
 *     INT_MAX-1: add(2); cmpxchg(1, 0) | read
 *     idle: lookup, put | gc
 *
 * @throws ProgramError saying what is wrong
 */
export function parseProgram(harness: Harness, text: string): Program {
  const colon = text.indexOf(':');
  if (colon < 0) throw new ProgramError(`"${text}" has no start; write 1: inc, dec | read`);
  const threads = text
    .slice(colon + 1)
    .split('|')
    .map(opsIn);
  if (threads.some((ops) => ops.includes(''))) {
    throw new ProgramError(`an op is missing in "${text}"; write 1: inc, dec | read`);
  }
  if (threads.length > MAX_THREADS) throw new ProgramError(`at most ${MAX_THREADS} threads`);
  if (threads.some((ops) => ops.length > MAX_OPS)) throw new ProgramError(`at most ${MAX_OPS} ops a thread`);
  return programOf(harness, { start: startOf(harness, text.slice(0, colon).trim()), threads });
}

/** The same in the other direction: one line that `parseProgram` reads. */
export function formatProgram(harness: Harness, program: Program): string {
  return programLine(textOf(harness, program));
}

/** A stored program as one line. */
export function programLine({ start, threads }: ProgramText): string {
  const lists = threads.map((ops) => ops.join(', '));
  return `${typeof start === 'number' ? formatValue(start) : start}: ${lists.join(' | ')}`;
}

/**
 * Commas also part the arguments of an op, so they only count outside of brackets. Both signs part ops: in `add(2);
 * cmpxchg(1, 0)` the semicolon helps the eye.
 */
function opsIn(text: string): string[] {
  return text.split(/[,;](?![^()]*\))/).map((op) => op.trim());
}

function startOf({ target: { subject } }: Harness, text: string): number | string {
  if (subject.kind === 'scheme') return text;
  const value = parseValue(text, subject.saturated);
  if (value === undefined)
    throw new ProgramError(`"${text}" is not a 32-bit value to start from; write 1 or INT_MAX-1`);
  return value;
}

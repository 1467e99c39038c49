import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import type { Harness } from './harness.ts';

/**
 * Programs as integers that mean the same in every thread and process (calls do not: each alphabet numbers them in
 * the order in which it met them):
 *
 *     start, threads, ops of each thread, then for each op: its number, a, b
 *
 * A start is the counter's value, or the number of the scheme's state; an op's number is its place among the ops that
 * both sides have. At most PACKED_LENGTH of them.
 */
export type PackedProgram = readonly number[];

/** start, threads, the length of each thread, and the ops of all of them. */
export const PACKED_LENGTH = 2 + MAX_THREADS + 3 * MAX_THREADS * MAX_OPS;

/** @returns the program as integers, at most PACKED_LENGTH of them */
export function packProgram(harness: Harness, { start, threads }: Program): PackedProgram {
  const { alphabet } = harness;
  const packed = [startNumber(harness, start), threads.length, ...threads.map((ops) => ops.length)];
  for (const call of threads.flat()) {
    const { op, a, b } = alphabet.call(call);
    packed.push(alphabet.opNames.indexOf(op), a, b);
  }
  return packed;
}

/** Reads them again. @throws Error for integers that are no program of this target: they come from our own files and threads */
export function unpackProgram(harness: Harness, packed: PackedProgram): Program {
  const { alphabet } = harness;
  const [start = 0, threadCount = 0] = packed;
  let at = 2 + threadCount;
  const lengths = packed.slice(2, at);
  const ops = lengths.reduce((sum, length) => sum + length, 0);
  const fits =
    threadCount > 0 &&
    threadCount <= MAX_THREADS &&
    lengths.every((length) => length >= 0 && length <= MAX_OPS);
  if (!fits || packed.length !== at + 3 * ops) {
    throw new Error(`internal: ${packed.length} integers that are no packed program`);
  }
  const threads = lengths.map((length) =>
    Array.from({ length }, () => {
      const [op, a, b] = packed.slice(at, at + 3);
      at += 3;
      const name = alphabet.opNames[op!];
      if (name === undefined) throw new Error(`internal: a packed program with op ${op}`);
      return alphabet.id(name, a, b);
    }),
  );
  return { start: startOf(harness, start), threads };
}

/** States of a scheme are numbered in the order in which the subject lists them. */
function startNumber({ target: { subject } }: Harness, start: number | string): number {
  return subject.kind === 'scheme' ? Object.keys(subject.states).indexOf(start as string) : (start as number);
}

function startOf({ target: { subject } }: Harness, number: number): number | string {
  if (subject.kind !== 'scheme') return number;
  const state = Object.keys(subject.states)[number];
  if (state === undefined) throw new Error(`internal: a packed program with state ${number}`);
  return state;
}

import type { Harness } from './harness.ts';
import type { Program } from './program.ts';

/**
 * Programs as integers that mean the same in every thread and process (letters do not: each alphabet numbers them in
 * the order in which it met them):
 *
 *     start, threads, ops of each thread, then for each op: its number, a, b
 *
 * A start is the counter's value, or the number of the scheme's state; an op's number is its place among the ops that
 * both sides have. At most PACKED_LENGTH of them.
 */
export type PackedProgram = readonly number[];

/** start, threads, the lengths of four threads, and four times twelve ops. */
export const PACKED_LENGTH = 2 + 4 + 3 * 48;

export function packProgram(harness: Harness, { start, threads }: Program): PackedProgram {
  const { alphabet } = harness;
  const packed = [startNumber(harness, start), threads.length, ...threads.map((ops) => ops.length)];
  for (const letter of threads.flat()) {
    const { op, a, b } = alphabet.letter(letter);
    packed.push(alphabet.opNames.indexOf(op), a, b);
  }
  return packed;
}

/** @throws Error for integers that are no program of this target: they come from our own files and threads */
export function unpackProgram(harness: Harness, packed: PackedProgram): Program {
  const { alphabet } = harness;
  const [start, threadCount] = packed as [number, number];
  let at = 2 + threadCount;
  const threads = packed.slice(2, at).map((length) =>
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

function startNumber({ target: { subject } }: Harness, start: number | string): number {
  return subject.kind === 'scheme' ? Object.keys(subject.states).indexOf(start as string) : (start as number);
}

function startOf({ target: { subject } }: Harness, number: number): number | string {
  return subject.kind === 'scheme' ? Object.keys(subject.states)[number]! : number;
}

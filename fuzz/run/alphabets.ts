import type { Program } from '../program/program.ts';
import type { Harness } from './harness.ts';

/** A program of another harness, by the names of its ops: two harnesses number calls as they come to them. */
export function inAlphabetOf(harness: Harness, { start, threads }: Program, other: Harness): Program {
  const callHere = (call: number) => {
    const { op, a, b } = other.alphabet.call(call);
    return harness.alphabet.id(op, a, b);
  };
  return { start, threads: threads.map((calls) => calls.map(callHere)) };
}

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end; one that is not there ends with the code null. */
export function ended(program: string, args: readonly string[], seconds = 120): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(program, [...args], { timeout: 1000 * seconds });
    let output = '';
    const add = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', (error) => done({ code: null, output: error.message }));
    child.on('close', (code) => done({ code, output }));
  });
}

/** Does something with each of many, as many at a time as there are processors. */
export async function forEachAtOnce<T>(
  things: readonly T[],
  act: (thing: T) => Promise<void>,
): Promise<void> {
  const left = [...things].reverse();
  const worker = async () => {
    for (let thing = left.pop(); thing !== undefined; thing = left.pop()) await act(thing);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Whether a program can be run. */
export async function isThere(program: string): Promise<boolean> {
  return (await ended(program, ['--version'])).code === 0;
}

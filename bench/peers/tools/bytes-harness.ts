import { runAlone, runTogether } from '../bytes.ts';
import { counterOf, findMutant } from '../mutants.ts';
import { begin, found } from '../report.ts';

/** The harness of jsfuzz and Jazzer.js: both look for an export of this name. Compiled to CommonJS. */
const name = process.env.PEER_MUTANT;
const mutant = name === 'empty' ? undefined : findMutant(name);
const counter = mutant && counterOf(mutant);
const isTogether = process.env.PEER_THREADS === 'together';

export function fuzz(input: Uint8Array): void {
  try {
    begin();
    if (!counter) throw new Error('the empty target fails at its first input');
    if (isTogether) runTogether(counter, input);
    else runAlone(counter, input);
  } catch (error) {
    found(String(error));
    throw error;
  }
}

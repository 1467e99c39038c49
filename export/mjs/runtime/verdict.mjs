import { DIVERGES } from './example/case.mjs';
import { Unrecorded } from './text.mjs';

/** Runs a side, prints the verdict, and turns it into the exit code. */
export async function main(run) {
  try {
    const flags = process.argv.slice(2);
    if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
    const found = await run(flags.length > 0 ? 'reference' : 'subject');
    console.log(found ? DIVERGES : 'agrees');
    process.exitCode = found ? 1 : 0;
  } catch (error) {
    console.error(`cannot run: ${error instanceof Unrecorded ? error.message : error.stack}`);
    process.exitCode = 2;
  }
}

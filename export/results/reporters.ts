import { GITHUB } from './github.ts';
import { JSONL } from './jsonl.ts';
import { JUNIT } from './junit.ts';
import { KTAP } from './ktap.ts';
import type { Reporter } from './result.ts';
import { SARIF } from './sarif.ts';
import { TAP } from './tap.ts';

/** Every reporter, in the order of the help. A new one is a file with one pure function, and a row here and in reporter-names.ts. */
export const REPORTERS: readonly Reporter[] = [JUNIT, GITHUB, SARIF, KTAP, TAP, JSONL];

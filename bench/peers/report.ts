import { writeSync } from 'node:fs';

/*
 * What a run tells the command that started it: one line on standard output when it is over. The clock starts at the
 * first input, so start-up is no part of it. `c/input.h` does the same in C.
 */

/** Milliseconds. */
const limit = Number(process.env.PEER_SECONDS ?? 20) * 1000;
let started: number | undefined;
let pairs = 0;

/** To be called before each input. Ends the process when the time is over. */
export function begin(): void {
  started ??= performance.now();
  if (performance.now() - started < limit) return;
  tell('nothing', '');
  process.exit(0);
}

/** Counts ops that were run on the counter and on what it is compared with. */
export function count(more: number): void {
  pairs += more;
}

/** Only the first counts: what comes after it is the tool making the input smaller. */
export function found(what: string): void {
  if (pairs >= 0) tell('found', what);
  pairs = Number.NEGATIVE_INFINITY;
}

/** What was found, made small, named and explained: a second line. */
export function named(what: string): void {
  writeSync(1, `\nPEER-NAMED ${JSON.stringify({ ms: performance.now() - (started ?? 0), what })}\n`);
}

function tell(end: 'found' | 'nothing', what: string): void {
  const ms = performance.now() - (started ?? performance.now());
  writeSync(1, `\nPEER ${JSON.stringify({ end, ms, pairs, what })}\n`);
}

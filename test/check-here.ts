import { join } from 'node:path';
import { type RanHere, refuzzHere } from './refuzz-here.ts';

/** What a check ended with, and what it printed. */
export type CheckedHere = RanHere;

/**
 * `refuzz check` in this process, on one worker and with JSON: argv in, texts and exit code out. Cases go where nobody knows any.
 *
 * @param root a folder in which each check has a corpus and a state of its own
 */
export function checksIn(root: string): (...args: string[]) => Promise<CheckedHere> {
  let checks = 0;
  return async (...args) => {
    const own = join(root, String(checks++));
    const places = ['--corpus', join(own, 'corpus'), '--state', `${own}.jsonl`];
    return refuzzHere(['check', ...args, ...places, '--workers', '1', '--json']);
  };
}

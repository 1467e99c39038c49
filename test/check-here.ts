import { join } from 'node:path';
import { runCommandLine } from '../cli/command-line.ts';
import { plainStyle } from '../export/show/show.ts';

/** What a check ended with, and what it printed. */
export interface CheckedHere {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * `refuzz check` in this process, on one worker and with JSON: argv in, texts and exit code out. Cases go where nobody knows any.
 *
 * @param root a folder in which each check has a corpus and a state of its own
 */
export function checksIn(root: string): (...args: string[]) => Promise<CheckedHere> {
  let checks = 0;
  return async (...args) => {
    let [out, err] = ['', ''];
    const own = join(root, String(checks++));
    const places = ['--corpus', join(own, 'corpus'), '--state', `${own}.jsonl`];
    const code = await runCommandLine(['check', ...args, ...places, '--workers', '1', '--json'], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      isTerminal: false,
      style: plainStyle,
      onInterrupt: () => () => {},
    });
    return { code, out, err };
  };
}

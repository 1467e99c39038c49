import { runCommandLine } from '../cli/command-line.ts';
import { plainStyle } from '../export/show/show.ts';

/** What a command ended with, and what it printed. */
export interface RanHere {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * The command line in this process, for what ends before it does anything: starting Node for a word that is misspelt takes
 * fifty times as long as to refuse it. That the exit code of the process is this one, `test/command-line.test.ts` shows.
 *
 * @param cwd where it is run; this process goes there meanwhile
 */
export async function refuzzHere(args: readonly string[], cwd = process.cwd()): Promise<RanHere> {
  let [out, err] = ['', ''];
  const before = process.cwd();
  if (cwd !== before) process.chdir(cwd);
  try {
    const code = await runCommandLine([...args], {
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
  } finally {
    if (cwd !== before) process.chdir(before);
  }
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { InputError } from '../../subject/input-error.ts';

/** A text of git's may be a whole kernel header, the log of a release, or the names in a tree. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Of a partial clone git fetches what it lacks, by a command that the repository's own configuration may name: whoever
 * made the repository would run what he likes. The first variable rules over that configuration; older versions of git do
 * not know the second.
 */
const NOTHING_FETCHED = { GIT_ALLOW_PROTOCOL: '', GIT_NO_LAZY_FETCH: '1' };

/**
 * What git says to a question about the repository that a folder lies in.
 *
 * @param problem what to say when git refuses, of its reason
 * @param stop ends it
 * @throws InputError when git refuses, or there is none
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  {
    problem = (why) => `git ${args[0]} fails: ${why}`,
    stop,
  }: { readonly problem?: (why: string) => string; readonly stop?: AbortSignal | undefined } = {},
): Promise<string> {
  try {
    const running = promisify(execFile)('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      maxBuffer: MOST_BYTES,
      env: { ...process.env, ...NOTHING_FETCHED },
      signal: stop,
    });
    running.child.stdin?.end();
    return (await running).stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') throw new InputError(folder, 'needs the command "git", which is not installed');
    throw new InputError(folder, problem(reasonIn(stderr ?? '') || String(code)));
  }
}

/** A git that is asked and answers many times, by its standard input and output; whoever starts it ends it. */
export function startGit(folder: string, args: readonly string[]): ChildProcess {
  return spawn('git', ['-C', folder, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...NOTHING_FETCHED },
  });
}

/** The first line that git has to say, without `fatal:`. */
function reasonIn(stderr: string): string {
  return stderr.split('\n')[0]!.replace(/^fatal: /, '');
}

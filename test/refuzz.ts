import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve('dist/cli/main.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command line as a user would: argv in, text and exit code out. A campaign that names no state gets one of its
 * own, so that test files which run side by side do not lock each other out.
 *
 * @param options `signalAfter`: milliseconds until it is interrupted, or what standard error must say before
 */
export function refuzz(
  args: readonly string[],
  options: { cwd?: string; signalAfter?: number | RegExp } = {},
): Promise<Ran> {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: run npm run build (npm test does)');
  const { cwd = process.cwd(), signalAfter } = options;
  const state = needsState(args) ? mkdtempSync(join(tmpdir(), 'refuzz-state-')) : undefined;
  return new Promise((done) => {
    const child = spawn(process.execPath, [MAIN, ...args, ...(state ? ['--state', state] : [])], { cwd });
    let out = '';
    let err = '';
    let isSignalled = false;
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
      // Once: the second one would end it on the spot.
      if (isSignalled || !(signalAfter instanceof RegExp) || !signalAfter.test(err)) return;
      isSignalled = true;
      setTimeout(() => child.kill('SIGINT'), 300);
    });
    if (typeof signalAfter === 'number') setTimeout(() => child.kill('SIGINT'), signalAfter);
    child.on('close', (code) => {
      if (state) rmSync(state, { recursive: true, force: true });
      done({ code, out, err });
    });
  });
}

/** Not with another engine, which keeps its things elsewhere. */
function needsState(args: readonly string[]): boolean {
  return args[0] === 'fuzz' && !['--state', '--resume', '--engine'].some((option) => args.includes(option));
}

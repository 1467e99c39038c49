import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve('dist/cli/main.js');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/**
 * Starts the command line as a user would: argv in, text and exit code out. A campaign that names no state gets one of its
 * own, so that test files which run side by side do not lock each other out. A campaign or check that names no number of
 * workers has one, and not as many as the machine has cores: that changes nothing of what it finds, as tests of it show.
 *
 * @param options `node`: options of Node's; `onErr`: called with all that standard error has said so far
 */
export function startRefuzz(
  args: readonly string[],
  options: {
    cwd?: string;
    node?: readonly string[];
    env?: Record<string, string>;
    onErr?: (err: string) => void;
  } = {},
): Started {
  if (!existsSync(MAIN)) throw new Error('dist/ is missing: run npm run build (npm test does)');
  const { cwd = process.cwd(), node = [], env = {}, onErr } = options;
  const state = needsState(args) ? mkdtempSync(join(tmpdir(), 'refuzz-state-')) : undefined;
  const own = [...(state ? ['--state', state] : []), ...(takesWorkers(args) ? ['--workers', '1'] : [])];
  const child = spawn(process.execPath, [...node, MAIN, ...args, ...own], {
    cwd,
    env: { ...process.env, ...env },
  });
  const ended = new Promise<Ran>((done) => {
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
      onErr?.(err);
    });
    child.on('close', (code, signal) => {
      if (state) rmSync(state, { recursive: true, force: true });
      done({ code, signal, out, err });
    });
  });
  return { child, ended };
}

/**
 * Runs the command line, see `startRefuzz`.
 *
 * @param options `signalAfter`: milliseconds until it is interrupted, or what standard error must say before
 */
export function refuzz(
  args: readonly string[],
  { cwd, signalAfter }: { cwd?: string; signalAfter?: number | RegExp } = {},
): Promise<Ran> {
  let isSignalled = false;
  const onErr = (err: string) => {
    // Once: the second one would end it on the spot.
    if (isSignalled || !(signalAfter instanceof RegExp) || !signalAfter.test(err)) return;
    isSignalled = true;
    setTimeout(() => child.kill('SIGINT'), 300);
  };
  const { child, ended } = startRefuzz(args, { ...(cwd !== undefined && { cwd }), onErr });
  if (typeof signalAfter === 'number') setTimeout(() => child.kill('SIGINT'), signalAfter);
  return ended;
}

/** Not with another engine, which keeps its things elsewhere. */
function needsState(args: readonly string[]): boolean {
  return args[0] === 'fuzz' && !['--state', '--resume', '--engine'].some((option) => args.includes(option));
}

/** Other engines have none, and machines have their own. */
function takesWorkers(args: readonly string[]): boolean {
  const command = args[0] === 'fuzz' || args[0] === 'check';
  return command && !['--workers', '--engine', '--queue'].some((option) => args.includes(option));
}

import { spawn } from 'node:child_process';
import type { Command, Job } from './tool.ts';

/** How one run of one tool went. Times in milliseconds. */
export interface Timed {
  /** From the first input to the detection; undefined when nothing was found in time. */
  readonly inside: number | undefined;
  /** From the start of the process until it told so; if it did not, until its end. */
  readonly told: number;
  /** From the first input until the finding was minimal and named, if the tool does that, and what it was then. */
  readonly named: { readonly ms: number; readonly what: string } | undefined;
  /** From the start of the process to its end, whatever the tool does before and afterwards. */
  readonly whole: number;
  /** Ops of the counter that were compared, in a second. */
  readonly rate: number;
  readonly what: string;
}

/** A tool that is still at it so long after the time is over is stopped. */
const GRACE = 15_000;

const REPORT = /^PEER (.*)\n/m;

interface Report {
  readonly end: 'found' | 'nothing';
  readonly ms: number;
  readonly pairs: number;
  readonly what: string;
}

/** @throws when the process ends by itself and without a report */
export async function timeRun(
  command: Command,
  { mutant, shows }: Pick<Job, 'mutant' | 'shows'>,
  seconds: number,
  folder: string,
): Promise<Timed> {
  const started = performance.now();
  const env = { ...process.env, PEER_MUTANT: mutant, PEER_THREADS: shows, PEER_SECONDS: String(seconds) };
  const child = spawn(command.file, command.args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let told: number | undefined;
  child.stdout.on('data', (text) => {
    output += text;
    if (told === undefined && REPORT.test(output)) told = performance.now() - started;
  });
  child.stderr.on('data', (text) => {
    errors = `${errors}${text}`.slice(-2000);
  });
  const overtime = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + GRACE);
  const whole = await new Promise<number>((resolve, reject) => {
    let ended = 0;
    child.on('error', reject);
    child.on('exit', () => {
      ended = performance.now() - started;
    });
    child.on('close', () => resolve(ended));
  });
  clearTimeout(overtime);
  const named = /^PEER-NAMED (.*)\n/m.exec(output)?.[1];
  const line = REPORT.exec(output)?.[1];
  if (line === undefined) {
    if (child.signalCode === 'SIGKILL')
      return { inside: undefined, whole, rate: Number.NaN, what: 'stopped', told: whole, named: undefined };
    throw new Error(
      `${command.file} ${command.args.join(' ')} ended without a report:\n${output}\n${errors}`,
    );
  }
  const { end, ms, pairs, what } = JSON.parse(line) as Report;
  const isInTime = end === 'found' && ms <= seconds * 1000;
  return {
    inside: isInTime ? ms : undefined,
    told: told ?? whole,
    named: named === undefined ? undefined : JSON.parse(named),
    whole,
    rate: (pairs / ms) * 1000,
    what,
  };
}

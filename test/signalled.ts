import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const MAIN = resolve('dist/cli/main.js');

/** A command, and at which moment of it a signal comes. */
export interface Shot {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: 'SIGINT' | 'SIGTERM';
  /** Milliseconds after it was started. */
  readonly after: number;
  /** Milliseconds after the first signal that a second one comes; none if left out. */
  readonly again?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Nobody reads what it prints: the pipe fills. */
  readonly isUnread?: boolean;
}

export interface Hit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from the last signal to its end; undefined when it was over before. */
  readonly took: number | undefined;
  /** The most memory that it had, in kilobytes; of its own process. */
  readonly peak: number;
  readonly out: string;
  readonly err: string;
  /** Processes that it has left behind. */
  readonly left: readonly string[];
}

/** Milliseconds after which a command counts as one that never ends. */
const NEVER = 30_000;
/** Milliseconds in which what was started has to have noticed that it is not wanted. */
const GRACE = 8_000;

let shots = 0;

/** Starts the command, sends the signal, and waits for the end: of it, and of all that it has started. */
export async function shoot({ args, cwd, signal, after, again, env = {}, isUnread }: Shot): Promise<Hit> {
  const mark = `${process.pid}-${++shots}`;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env, REFUZZ_TEST_MARK: mark },
  });
  let out = '';
  let err = '';
  let peak = 0;
  let sent: number | undefined;
  if (!isUnread)
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!));
  }, 100);
  const send = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    sent = performance.now();
    child.kill(signal);
  };
  const timers = [setTimeout(send, after), setTimeout(() => child.kill('SIGKILL'), after + NEVER)];
  if (again !== undefined) timers.push(setTimeout(send, after + again));
  const ended = await new Promise<Pick<Hit, 'code' | 'signal' | 'took'>>((done) => {
    child.on(isUnread ? 'exit' : 'close', (code, by) => {
      done({ code, signal: by, took: sent === undefined ? undefined : performance.now() - sent });
    });
  });
  clearInterval(look);
  for (const timer of timers) clearTimeout(timer);
  child.stdout.destroy();
  return { ...ended, peak, out, err, left: await leftBehind(mark) };
}

/** The high-water mark of a process, in kilobytes; 0 where the system has none to read. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** What still runs after the grace: what a command starts inherits its environment. */
async function leftBehind(mark: string): Promise<string[]> {
  const until = performance.now() + GRACE;
  for (;;) {
    const left = marked(mark);
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function marked(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8')
          .split('\0')
          .includes(`REFUZZ_TEST_MARK=${mark}`);
        return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()] : [];
      } catch {
        return [];
      }
    });
}

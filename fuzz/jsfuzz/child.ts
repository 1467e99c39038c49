import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { HEARTBEAT, type Heartbeat } from './protocol.ts';

/** How jsfuzz is started. */
export interface ChildOptions {
  /** Absolute paths: jsfuzz's own script, and the harness it is to load. */
  readonly script: string;
  readonly harness: string;
  /** Where it writes, its working folder; the folder of inputs lies beside. */
  readonly scratch: string;
  readonly inputs: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds that one input may take. */
  readonly timeout: number;
}

/** Milliseconds between being asked to end (its input ends), being told to (SIGTERM), and being made to (SIGKILL). */
const GRACE = 500;
/** Lines of output that are kept, for messages. */
const KEPT_LINES = 40;

/**
 * One run of jsfuzz: a process that starts another one, which loads the harness. Both are in a process group of their
 * own, so that a signal from the terminal is not theirs, and one to the group reaches both. Neither outlives this
 * process, however that ends: see `underTheEngine` in fuzz-function.ts.
 */
export class JsfuzzChild {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #lines: string[] = [];
  #rest = '';
  #isOver = false;
  /** Resolves when jsfuzz has ended and all it wrote was read. */
  readonly over: Promise<void>;

  constructor({ script, harness, scratch, inputs, environment, timeout }: ChildOptions) {
    this.#scratch = scratch;
    // jsfuzz takes the path of the harness for one below its own folder, also when it is absolute. Its versifier, which
    // learns the grammar of texts, has nothing to learn here.
    const args = [script, relative(scratch, harness), inputs, `--timeout=${timeout}`, '--versifier=false'];
    this.#child = spawn(process.execPath, args, {
      cwd: scratch,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout!.on('data', (chunk) => this.#note(String(chunk)));
    this.#child.stderr!.on('data', (chunk) => this.#note(String(chunk)));
    // It may have ended before it is told to.
    this.#child.stdin!.on('error', () => {});
    this.over = this.#waitForEnd();
  }

  async #waitForEnd(): Promise<void> {
    try {
      await once(this.#child, 'close');
    } catch (error) {
      this.#note(`${String(error)}\n`);
    }
    this.#isOver = true;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its process, and so its group; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The exit code, or the signal. */
  get ending(): string {
    const { exitCode, signalCode } = this.#child;
    return signalCode ?? `exit code ${exitCode}`;
  }

  /** What it wrote last. */
  get output(): string {
    return [...this.#lines, this.#rest].filter((line) => line.trim() !== '').join('\n');
  }

  /** What jsfuzz itself counts as covered: `#4711 NEW     cov: 812 corp: …`. Undefined before it has said so. */
  get coverage(): number | undefined {
    const line = this.#lines.findLast((said) => / cov: \d+ /.test(said));
    return line === undefined ? undefined : Number(/ cov: (\d+) /.exec(line)![1]);
  }

  /** What the harness says of itself; nothing before it has run an input. Never half a text, see `writeWhole`. */
  heartbeat(): Heartbeat {
    try {
      return JSON.parse(readText(join(this.#scratch, HEARTBEAT), FILE.state)) as Heartbeat;
    } catch {
      return { execs: 0, undecided: 0, met: [] };
    }
  }

  /** Ends it: asks first, and does not go by the answer. */
  async stop(): Promise<void> {
    this.#child.stdin!.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#endsWithin(GRACE)) break;
      this.#signal(signal);
    }
    await this.over;
    // One of the two may have ended before the other.
    this.#signal('SIGKILL');
  }

  async #endsWithin(milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    await Promise.race([
      this.over,
      setTimeout(milliseconds, undefined, { signal: timer.signal }).catch(() => {}),
    ]);
    timer.abort();
    return this.#isOver;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  #note(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    this.#lines.push(...lines);
    // A negative count removes nothing.
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
  }
}

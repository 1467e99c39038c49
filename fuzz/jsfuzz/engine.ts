import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { signatureOf } from '../../oracles/divergence.ts';
import { makeFolder } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import type { Harness } from '../run/harness.ts';
import { type Interrupt, Interrupted } from '../run/interrupt.ts';
import { clearedFolder } from '../storage/set-aside.ts';
import { lockState } from '../storage/state-lock.ts';
import { storeText } from '../storage/store-text.ts';
import { ByteJudge } from './byte-judge.ts';
import { JsfuzzChild } from './child.ts';
import { findHarness, findJsfuzz } from './find-jsfuzz.ts';
import { CRASH, FOUND, type Heartbeat, type Met, together, VARIABLE } from './protocol.ts';

/** How far it has come. */
export interface JsfuzzStatus {
  /** Inputs run, of all starts. */
  readonly execs: number;
  /** Those that could not be judged. */
  readonly undecided: number;
  /** What jsfuzz counts as covered: statements, functions and branches of the subjects, and states of affairs. */
  readonly coverage: number;
  /** Inputs that are kept. */
  readonly corpus: number;
  /** How often jsfuzz had to be started again; each time takes a second and more. */
  readonly restarts: number;
  /** The divergences that inputs showed, known ones as well, and how many inputs did. */
  readonly met: readonly Met[];
}

/** How jsfuzz searches, and whom it tells. */
export interface JsfuzzOptions {
  /**
   * The state: `inputs/`, what jsfuzz has gathered, is taken up again; `crash/` holds inputs at which it failed. It
   * is made if it is not there. One engine at a time can use it.
   */
  readonly folder: string;
  /** Signatures that are no news; the caller may add to it. Every other signature is reported once. */
  readonly known: ReadonlySet<string>;
  /** Asked ten times a second. */
  isStopped(): boolean;
  /**
   * A divergence that is not known.
   *
   * @param harness what its calls belong to
   */
  onRawFinding(rawFinding: RawFinding, harness: Harness): void;
  /** Called ten times a second, and at the end. */
  onStatus?(status: JsfuzzStatus): void;
  /** An input at which jsfuzz failed, not the subject: it took too long, or too much memory, or refuzz has a bug. */
  onCrash(text: string): void;
  /** Gives up judging what was met; whoever looks into the same folder next meets it again. */
  readonly interrupt?: Interrupt;
  /** Seconds that one input may take; 30. */
  readonly timeout?: number;
  /** Called with the process group of each start. */
  onStart?(group: number): void;
}

/** Another program than the harness of refuzz, see `superviseJsfuzz`. */
export interface JsfuzzProgram {
  readonly target: Target;
  /** A CommonJS file whose `fuzz` was made by `fuzzFunction`. */
  readonly harness: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Milliseconds between two looks at what the child has done. Heartbeats are 200 apart. */
const INTERVAL = 100;
/** So many starts in a row that fail before this many inputs were run are no accident. */
const FAILED_STARTS = 5;
const FEW_EXECS = 1_000;

/**
 * Lets jsfuzz search a target, until it is stopped. It has no seed: no two runs are alike. In the folder:
 *
 *     inputs/             what jsfuzz keeps, taken up again by the next run
 *     scratch/            found-…, crash-…, heartbeat.json, known: emptied before each start
 *     crash/              inputs at which jsfuzz failed
 *     target.json, lock
 *
 * @throws InputError when jsfuzz is not installed or does not run
 */
export async function runJsfuzz(target: Target, options: JsfuzzOptions): Promise<void> {
  const file = join(resolve(options.folder), 'target.json');
  storeText(file, `${JSON.stringify(dataOf(target))}\n`);
  const environment = { [VARIABLE.TARGET]: file };
  await superviseJsfuzz({ target, harness: findHarness(), environment }, options);
}

/** The same with a harness of the caller's own. @throws InputError as `runJsfuzz` does */
export async function superviseJsfuzz(program: JsfuzzProgram, options: JsfuzzOptions): Promise<void> {
  const lock = lockState(options.folder);
  try {
    for (const name of ['inputs', 'crash']) clearedFolder(join(options.folder, name));
    const engine = new Engine(program, options);
    await engine.probe();
    await engine.run();
  } finally {
    lock.release();
  }
}

class Engine {
  readonly #program: JsfuzzProgram;
  readonly #options: JsfuzzOptions;
  readonly #script: string;
  readonly #judge: ByteJudge;
  /** Signatures handed over. */
  readonly #handed = new Set<string>();
  readonly #inputs: string;
  readonly #scratch: string;
  readonly #crash: string;
  /** Of the starts that are over. */
  #before: Heartbeat = { execs: 0, undecided: 0, met: [] };
  #starts = 0;
  /** The highest of all starts. */
  #coverage = 0;

  constructor(program: JsfuzzProgram, options: JsfuzzOptions) {
    this.#program = program;
    this.#options = options;
    this.#script = findJsfuzz();
    this.#judge = new ByteJudge(program.target, undefined, options.interrupt);
    const folder = resolve(options.folder);
    this.#inputs = join(folder, 'inputs');
    this.#scratch = join(folder, 'scratch');
    this.#crash = join(folder, 'crash');
  }

  /**
   * jsfuzz ends with success when its target is missing or cannot be loaded. So before anything is believed of it, it is
   * shown to find a planted failure.
   *
   * @throws InputError when it does not
   */
  async probe(): Promise<void> {
    this.#clear();
    const child = this.#start('probe', join(this.#scratch, 'probe-inputs'));
    // More often than later on: everybody waits for the probe.
    while (!child.isOver && !this.#options.isStopped()) await setTimeout(INTERVAL / 4);
    const wasStopped = !child.isOver;
    await child.stop();
    if (wasStopped || this.#filesNamed(CRASH).length > 0) return;
    throw this.#silent(child, 'did not find a planted failure');
  }

  async run(): Promise<void> {
    makeFolder(this.#inputs);
    let failedStarts = 0;
    while (!this.#options.isStopped()) {
      this.#clear();
      const child = this.#start('go-on', this.#inputs);
      this.#starts++;
      const hasEnded = await this.#watch(child);
      const { execs } = child.heartbeat();
      this.#before = together(this.#before, child.heartbeat());
      // Ended from here: how jsfuzz took that is of no interest.
      if (!hasEnded) break;
      if (execs === 0 && this.#filesNamed(CRASH).length === 0) throw this.#silent(child, 'ran no input');
      failedStarts = execs < FEW_EXECS ? failedStarts + 1 : 0;
      this.#takeCrash(child);
      if (failedStarts >= FAILED_STARTS) throw this.#silent(child, 'fails again and again');
    }
    this.#report(this.#before);
  }

  /** @returns whether it ended by itself */
  async #watch(child: JsfuzzChild): Promise<boolean> {
    try {
      while (!child.isOver && !this.#options.isStopped()) {
        await setTimeout(INTERVAL);
        this.#takeFound();
        this.#coverage = Math.max(this.#coverage, child.coverage ?? 0);
        this.#report(together(this.#before, child.heartbeat()));
      }
      return child.isOver;
    } finally {
      await child.stop();
      this.#takeFound();
    }
  }

  #start(mode: 'probe' | 'go-on', inputs: string): JsfuzzChild {
    const known = join(this.#scratch, 'known');
    writeFileSync(
      known,
      [...this.#options.known, ...this.#handed].map((signature) => `${signature}\n`).join(''),
    );
    const child = new JsfuzzChild({
      script: this.#script,
      harness: this.#program.harness,
      scratch: this.#scratch,
      inputs,
      timeout: this.#options.timeout ?? 30,
      environment: { ...this.#program.environment, [VARIABLE.KNOWN]: known, [VARIABLE.MODE]: mode },
    });
    if (child.pid !== undefined) this.#options.onStart?.(child.pid);
    return child;
  }

  /** What an earlier start left behind: a finding is found again from the inputs that led to it. */
  #clear(): void {
    rmSync(this.#scratch, { recursive: true, force: true });
    makeFolder(this.#scratch);
  }

  #filesNamed(prefix: string): string[] {
    return readdirSync(this.#scratch)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(this.#scratch, name));
  }

  #takeFound(): void {
    for (const file of this.#filesNamed(FOUND)) {
      const rawFindings = this.#shownBy(readBytes(file, FILE.state));
      if (!rawFindings) return;
      for (const one of rawFindings) {
        const signature = signatureOf(one.divergence);
        if (this.#options.known.has(signature) || this.#handed.has(signature)) continue;
        this.#handed.add(signature);
        this.#options.onRawFinding(one, this.#judge.harness);
      }
      // Not before it was handed over: what is not taken is found again.
      rmSync(file);
    }
  }

  /**
   * Judged again: the child's harness numbers calls in its own way, and only bytes mean the same here.
   *
   * @returns undefined when there is no time for that any more
   */
  #shownBy(input: Uint8Array): RawFinding[] | undefined {
    try {
      return this.#judge.judge(input);
    } catch (error) {
      if (error instanceof Interrupted) return undefined;
      throw error;
    }
  }

  /** The harness does not throw. So what jsfuzz stored is an input that it could not bring to an end. */
  #takeCrash(child: JsfuzzChild): void {
    const files = this.#filesNamed(CRASH);
    if (files.length === 0) {
      this.#options.onCrash(`jsfuzz ended by itself (${child.ending}) and was started again`);
    }
    for (const file of files) {
      makeFolder(this.#crash);
      const kept = join(this.#crash, file.slice(this.#scratch.length + 1));
      renameSync(file, kept);
      this.#options.onCrash(`${causeOf(child.output)}; the input is in ${kept}`);
    }
  }

  #silent(child: JsfuzzChild, what: string): InputError {
    const said = child.output || '(nothing)';
    const remedy = `see what it says, and whether ${this.#program.harness} can be loaded (npm run build makes it)`;
    return new InputError('jsfuzz', `${what} (${child.ending}); ${remedy}:\n${said}`);
  }

  #report(done: Heartbeat): void {
    this.#options.onStatus?.({
      ...done,
      coverage: this.#coverage,
      corpus: readdirSync(this.#inputs).length,
      restarts: Math.max(0, this.#starts - 1),
    });
  }
}

/** Why jsfuzz stored an input, in its own words as far as it says. */
function causeOf(output: string): string {
  if (output.includes('MEMORY OOM') || output.includes('heap out of memory'))
    return 'an input took too much memory';
  if (output.includes('timeout reached')) return 'an input took too long';
  const error = output.split('\n').find((line) => /^\w*Error\b/.test(line));
  return error ? `an input failed (${error})` : 'jsfuzz was killed at an input';
}

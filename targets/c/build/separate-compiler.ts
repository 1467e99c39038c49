import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../subject/package-root.ts';
import type { CompilerEnd, CompilerJob } from './llvm.ts';

/** What the process is told: a job, or to give one up. */
export type ToCompiler =
  | { readonly number: number; readonly job: CompilerJob }
  | { readonly number: number; readonly job: undefined };

/** What it answers. */
export interface FromCompiler {
  readonly number: number;
  readonly end: CompilerEnd;
}

/** The two builds of a counter run side by side. Each needs some hundred megabytes. */
const MOST = 2;

interface Task {
  readonly job: CompilerJob;
  readonly begins: () => void;
  readonly end: (end: CompilerEnd) => void;
  /** Whether a process has ended with it. One that is idle ends by itself, and may have done so just then. */
  isLost: boolean;
  /** Whether another that ran beside it may have taken the memory. */
  isAlone: boolean;
}

/**
 * The compiler in a process of its own: this thread hears the clock and the user meanwhile, two builds run side by side,
 * and when they are done nothing is left of it. (In this process, V8 would go on making the compiler itself faster for
 * seconds, on the cores that search, and could not be ended before.)
 *
 *     this process      number 1, 2: jobs ─▶ compiler-child ─▶ a thread each, compiler-worker
 *                       ◀─ number 2: module
 */
export class CompilerProcess {
  #child: ChildProcess | undefined;
  readonly #waiting: Task[] = [];
  readonly #running = new Map<number, Task>();
  #number = 0;
  #holding = 0;

  /**
   * Compiles when it is its turn.
   *
   * @param begins called then
   * @param signal gives it up: the promise is rejected with the signal's reason
   */
  run(job: CompilerJob, begins: () => void, signal?: AbortSignal): Promise<CompilerEnd> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const giveUp = () => {
        this.#forget(task);
        reject(signal!.reason);
      };
      const end = (result: CompilerEnd) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(result);
      };
      const task: Task = { job, begins, end, isLost: false, isAlone: false };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(task);
      this.#giveNext();
    });
  }

  /**
   * Keeps this process alive while somebody waits. What is only done ahead does not: a command that has failed is not to
   * end seconds later.
   */
  async held<R>(wait: () => Promise<R>): Promise<R> {
    this.#holding++;
    this.#hold();
    try {
      return await wait();
    } finally {
      this.#holding--;
      this.#hold();
    }
  }

  #hold(): void {
    const child = this.#child;
    if (this.#holding > 0) {
      child?.ref();
      child?.channel?.ref();
    } else {
      child?.unref();
      child?.channel?.unref();
    }
  }

  /** The process is started with the first job: most commands find all that they need in the cache. */
  #giveNext(): void {
    while (this.#waiting.length > 0 && this.#running.size < this.#room()) {
      const task = this.#waiting.shift()!;
      const number = ++this.#number;
      this.#running.set(number, task);
      this.#child ??= this.#started();
      this.#hold();
      task.begins();
      this.#tell({ number, job: task.job });
    }
  }

  #room(): number {
    const isAlone = [this.#waiting[0]!, ...this.#running.values()].some((task) => task.isAlone);
    return isAlone ? 1 : MOST;
  }

  #tell(message: ToCompiler): void {
    // That it has gone is told by its exit.
    this.#child?.send(message, () => {});
  }

  /** In a group of its own, so that Ctrl-C is for this process, which then ends it. */
  #started(): ChildProcess {
    const file = join(packageRoot(), 'dist', 'targets', 'c', 'build', 'compiler-child.js');
    const child = fork(file, [], {
      detached: true,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', ({ number, end }: FromCompiler) => this.#over(number, end));
    child.on('error', () => child.kill('SIGKILL'));
    child.on('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      const said = `its process ended (${signal ?? `exit code ${code}`})`;
      for (const [number, task] of [...this.#running]) {
        if (task.isLost) this.#over(number, { kind: 'broke', tool: 'clang', said });
        else this.#again(number, task);
      }
      this.#giveNext();
    });
    return child;
  }

  /** Once: what ends two processes would end a third. */
  #again(number: number, task: Task): void {
    task.isLost = true;
    this.#running.delete(number);
    this.#waiting.unshift(task);
  }

  #over(number: number, end: CompilerEnd): void {
    const task = this.#running.get(number);
    this.#running.delete(number);
    if (task && end.kind === 'exceeded' && end.what === 'memory') this.#relieve(task, end);
    else task?.end(end);
    this.#giveNext();
  }

  /** Ends the process, which gives no memory back otherwise. Two that ran in it are tried again, one at a time. */
  #relieve(task: Task, end: CompilerEnd): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    const others = [...this.#running.values()];
    this.#running.clear();
    if (task.isAlone || others.length === 0) task.end(end);
    else others.push(task);
    for (const one of others) one.isAlone = true;
    this.#waiting.unshift(...others);
  }

  /** Others go on: their source may be compiled in time, and is in the cache then. */
  #forget(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
    for (const [number, own] of this.#running) {
      if (own !== task) continue;
      this.#running.delete(number);
      this.#tell({ number, job: undefined });
    }
  }
}

import { clearTimeout, setTimeout } from 'node:timers';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { CompilerEnd } from './llvm.ts';
import type { FromCompiler, ToCompiler } from './separate-compiler.ts';

/** Milliseconds without a job after which it ends. Loading the compiler takes a second: who has two sources has both soon. */
const PATIENCE = 1_000;

// Machine code of the compiler that is made once more, and better, comes too late for the seconds that it runs.
setFlagsFromString('--no-wasm-tier-up');

/**
 * Threads with a job, and those without. They share the compiler's machine code, so two builds take little more processor
 * time than one after the other would.
 */
const busy = new Map<number, Worker>();
const idle: Worker[] = [];

/** Not by an exit, which would wait for V8's own threads. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

let timer = setTimeout(endNow, PATIENCE);

/** What a thread says that was ended meanwhile is of no interest to anybody. */
function over(number: number, worker: Worker, end: CompilerEnd): void {
  if (busy.get(number) !== worker) return;
  busy.delete(number);
  process.send!({ number, end } satisfies FromCompiler);
  if (busy.size === 0) timer = setTimeout(endNow, PATIENCE);
}

/** On a thread that is there, if it has nothing to do: it has loaded the compiler already. */
function begin(number: number, job: ToCompiler['job']): void {
  clearTimeout(timer);
  const worker = idle.pop() ?? new Worker(new URL('./compiler-worker.js', import.meta.url));
  busy.set(number, worker);
  worker.removeAllListeners();
  worker.once('message', (end: CompilerEnd) => {
    idle.push(worker);
    over(number, worker, end);
  });
  worker.once('error', (error) =>
    over(number, worker, { kind: 'broke', tool: 'clang', said: String(error) }),
  );
  worker.once('exit', () => over(number, worker, { kind: 'broke', tool: 'clang', said: 'its thread ended' }));
  worker.postMessage(job);
}

process.on('message', ({ number, job }: ToCompiler) => {
  if (job) {
    begin(number, job);
    return;
  }
  void busy.get(number)?.terminate();
  busy.delete(number);
  if (busy.size === 0) endNow();
});
// Whatever ended the other process.
process.on('disconnect', endNow);

import { clearTimeout, setInterval, setTimeout } from 'node:timers';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { COMPILER_LIMITS, type CompilerEnd } from './llvm.ts';
import type { FromCompiler, ToCompiler } from './separate-compiler.ts';

/** Milliseconds without a job after which it ends. Loading the compiler takes a second: who has two sources has both soon. */
const PATIENCE = 3_000;

/*
 * The compiler runs for a second, most of which goes to V8's making machine code of it, function by function as they are
 * called. So by the quick one of V8's two compilers alone: the other takes four times the processor time, and its code
 * comes too late. (Its `--no-wasm-tier-up` means the opposite, that one alone.) And what is never called is not looked at.
 */
setFlagsFromString('--liftoff-only');
setFlagsFromString('--wasm-lazy-validation');

/** Milliseconds between two looks at what a job takes. */
const LOOK = 100;

/** A thread with a job, and the processor time of this process when it began, in microseconds. */
interface Busy {
  readonly worker: Worker;
  readonly since: number;
}

/**
 * Threads with a job, and those without. They share the compiler's machine code, so two builds take little more processor
 * time than one after the other would.
 */
const busy = new Map<number, Busy>();
const idle: Worker[] = [];

/** Not by an exit, which would wait for V8's own threads. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

let timer = setTimeout(endNow, PATIENCE);

/** What a thread says that was ended meanwhile is of no interest to anybody. */
function over(number: number, worker: Worker, end: CompilerEnd): void {
  if (busy.get(number)?.worker !== worker) return;
  busy.delete(number);
  process.send!({ number, end } satisfies FromCompiler);
  if (busy.size === 0) timer = setTimeout(endNow, PATIENCE);
}

/** On a thread that is there, if it has nothing to do: it has loaded the compiler already. */
function begin(number: number, job: ToCompiler['job']): void {
  clearTimeout(timer);
  const worker = idle.pop() ?? new Worker(new URL('./compiler-worker.js', import.meta.url));
  busy.set(number, { worker, since: spent() });
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

/** Microseconds, of all threads: a machine that is busy with something else is no fault of a source. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Source text says little of what compiling it takes: a macro of ten lines may stand for a million. Processor time is
 * counted of all threads, since what V8 does for one is done on others. Memory is this process's, so the other one sees
 * to whose it is.
 */
function look(): void {
  const { seconds, megabytes } = COMPILER_LIMITS;
  const isFull = process.memoryUsage.rss() > megabytes * 2 ** 20;
  for (const [number, { worker, since }] of [...busy]) {
    const isLate = spent() - since > seconds * 1e6;
    if (!isFull && !isLate) continue;
    void worker.terminate();
    over(number, worker, { kind: 'exceeded', what: isFull ? 'memory' : 'time' });
    if (isFull) return;
  }
}

setInterval(look, LOOK).unref();

process.on('message', ({ number, job }: ToCompiler) => {
  if (job) {
    begin(number, job);
    return;
  }
  void busy.get(number)?.worker.terminate();
  busy.delete(number);
  if (busy.size === 0) endNow();
});
// Whatever ended the other process.
process.on('disconnect', endNow);

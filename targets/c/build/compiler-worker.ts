import { parentPort } from 'node:worker_threads';
import { type CompilerJob, runCompiler } from './llvm.ts';

/** A thread of compiler-child.ts: one job after another. */
parentPort!.on('message', async (job: CompilerJob) => parentPort!.postMessage(await runCompiler(job)));

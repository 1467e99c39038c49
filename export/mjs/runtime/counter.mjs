import { isMainThread } from 'node:worker_threads';
import { runSide, summary } from './counter/run.mjs';
import { runOps } from './counter/thread.mjs';
import { printExpected, runReference } from './example/expected.mjs';
import { diverges } from './example/question.mjs';
import { runThread } from './threads.mjs';
import { main } from './verdict.mjs';

/** @returns whether it diverges */
async function runSubject(url) {
  const run = await runSide('subject', url);
  console.log(`subject:   ${summary(run.calls, run.final)}`);
  printExpected(run.calls);
  return diverges(run);
}

// The threads run this file as well.
if (isMainThread)
  main((side) => (side === 'subject' ? runSubject(import.meta.url) : runReference(import.meta.url)));
else runThread(runOps);

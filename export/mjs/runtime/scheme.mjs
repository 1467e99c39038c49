import { isMainThread } from 'node:worker_threads';
import { allowed, COMPARED, OPS_TO_MAKE, program, schedules, starts } from './example/case.mjs';
import { words } from './memory.mjs';
import { FACT_NAMES, noteFact } from './scheme/facts.mjs';
import { FACTS, HELD, INSIDE, LEFT, NOTED } from './scheme/object.mjs';
import { moments, results } from './scheme/results.mjs';
import { RCU, runOps } from './scheme/thread.mjs';
import { printTable } from './table.mjs';
import { Unrecorded } from './text.mjs';
import { runThread, runThreads } from './threads.mjs';
import { main } from './verdict.mjs';

function putAtStart(start) {
  for (const [word, value] of start.words) Atomics.store(words, word, value);
  words[NOTED] = start.noted;
  words.set(start.held, HELD);
  words.set(start.inside, INSIDE);
  words[LEFT] = OPS_TO_MAKE;
}

/** The schedule may end with threads that wait for each other's locks. Half an op would make no verdict. */
function checkEnd(ends) {
  // RCU never ends by itself: it may be stopped between two callbacks.
  const early = ends.filter(
    ({ thread, isStopped, calls }) => isStopped && (thread < RCU || calls.at(-1).called !== undefined),
  );
  if (early.some(({ calls }) => !calls.at(-1).blocked))
    throw new Unrecorded('the schedule ends inside an op');
  if (early.length > 0) noteFact('stuck');
}

/** The results of all threads after each op, as far as they were known then. */
function vectorsOf(ends) {
  const inOrder = ends.flatMap((end) => end.moments).sort((one, other) => one.at - other.at);
  // Ops that were skipped before the run began have a result and no moment.
  const seen = program.map((_, thread) => {
    const end = ends[thread];
    return end.results.slice(0, end.results.length - end.moments.length);
  });
  return inOrder.map((moment) => {
    seen[moment.thread] = moment.results;
    return seen.map((list) => list.join(', ')).join(' | ');
  });
}

function warningsOf(ends) {
  return ends
    .flatMap(({ calls }) => calls.filter((one) => one.warnings))
    .sort((one, other) => one.returned - other.returned)
    .flatMap((one) => one.warnings);
}

/** @returns whether it diverges: something is seen that the reference gives in no schedule */
async function run(side) {
  putAtStart(starts[side]);
  const count = program.length + Number(schedules[side].includes(RCU));
  const ends = await runThreads(side, count, import.meta.url);
  checkEnd(ends);
  const rows = ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at);
  printTable('values', rows);
  const seen = {
    results: vectorsOf(ends),
    warnings: warningsOf(ends),
    facts: FACT_NAMES.filter((_, bit) => words[FACTS] & (1 << bit)),
  };
  console.log(`results:  ${seen.results.at(-1) ?? 'none'}`);
  console.log(`warnings: ${seen.warnings.join('; ') || 'none'}`);
  console.log(`facts:    ${seen.facts.join(', ') || 'none'}`);
  const strange = new Set(seen[COMPARED].filter((one) => !allowed.has(one)));
  for (const one of strange) console.log(`the reference never gives: ${one}`);
  return strange.size > 0;
}

// The threads run this file as well.
if (isMainThread) main(run);
else runThread(runOps, { results, moments });

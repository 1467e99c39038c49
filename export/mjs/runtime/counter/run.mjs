import { program, START, W_COUNT } from '../example/case.mjs';
import { words } from '../memory.mjs';
import { printTable } from '../table.mjs';
import { show, Unrecorded } from '../text.mjs';
import { runThreads } from '../threads.mjs';

/** @returns the calls of a side in their order, the rows of its accesses, and the word when all threads were done */
export async function runSide(side, url) {
  Atomics.store(words, W_COUNT, START);
  const ends = await runThreads(side, program.length, url);
  if (ends.some(({ isStopped }) => isStopped)) throw new Unrecorded('the schedule ends inside an op');
  const calls = ends.flatMap((end) => end.calls).sort((one, other) => one.called - other.called);
  const rows = ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at);
  printTable('word', rows);
  return { side, calls, rows, final: Atomics.load(words, W_COUNT) };
}

/** The results by thread, the word and the warnings. */
export function summary(calls, word) {
  const results = program.map((_, thread) => calls.filter((one) => one.thread === thread));
  const lists = results.map((list) => `[${list.map(({ result }) => show(result)).join(', ')}]`).join(' ');
  const warned = calls.flatMap(({ warnings }) => warnings);
  return `results ${lists}, word ${show(word)}${warned.length > 0 ? `, warns: ${warned.join('; ')}` : ''}`;
}

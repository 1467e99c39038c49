import { parentPort, Worker, workerData } from 'node:worker_threads';
import { schedules } from './example/case.mjs';
import { shared } from './memory.mjs';
import { rows } from './notes.mjs';
import { Unrecorded } from './text.mjs';
import { now, passTurn, Stopped, schedule, self, setBaton } from './turns.mjs';

/** What a thread does: it makes its ops, and hands back what it saw. */
export function runThread(runOps, more = {}) {
  const end = { thread: self, calls: [], rows, ...more };
  try {
    runOps(workerData.side, end.calls);
    if (schedule.includes(self, now + 1)) throw new Unrecorded(`thread ${self} has no op left`);
    passTurn();
  } catch (error) {
    if (error instanceof Stopped) end.isStopped = true;
    else {
      end.failure = error instanceof Unrecorded ? error.message : error.stack;
      setBaton(-1);
    }
  }
  parentPort.postMessage(end);
}

/** Runs a side on so many real threads, which take turns as its schedule says. */
export async function runThreads(side, count, url) {
  const foreign = schedules[side].find((thread) => thread >= count);
  if (foreign !== undefined) throw new Unrecorded(`there is no thread ${foreign}`);
  setBaton(0);
  const start = (thread) =>
    new Promise((done, fail) => {
      const worker = new Worker(new URL(url), { workerData: { shared, side, thread } });
      worker.once('message', done);
      worker.once('error', fail);
    });
  const ends = await Promise.all(Array.from({ length: count }, (_, thread) => start(thread)));
  const failed = ends.find(({ failure }) => failure);
  if (failed) throw new Unrecorded(failed.failure);
  return ends;
}

import { isMainThread, workerData } from 'node:worker_threads';
import { schedules } from './example/case.mjs';
import { baton } from './memory.mjs';

/** Ends a thread: the schedule is over, or another thread has failed. */
export class Stopped extends Error {}

/** The number of this thread in the program. The main thread, which runs whole ops to judge, has none. */
export const self = workerData?.thread;
export const schedule = schedules[workerData?.side];
/** The place in the schedule of this thread's latest access. */
export let now = -1;
let hasTurn = false;

/**
 * Waits until the schedule names this thread. The thread then has the turn until its next access, so that all it does
 * in between happens at once as far as the others can see.
 */
export function takeTurn() {
  if (isMainThread) return;
  passTurn();
  for (;;) {
    const at = Atomics.load(baton, 0);
    if (at < 0 || at >= schedule.length) throw new Stopped();
    if (schedule[at] === self) {
      now = at;
      hasTurn = true;
      return;
    }
    Atomics.wait(baton, 0, at);
  }
}

export function passTurn() {
  if (hasTurn) setBaton(now + 1);
  hasTurn = false;
}

export function setBaton(value) {
  Atomics.store(baton, 0, value);
  Atomics.notify(baton, 0);
}

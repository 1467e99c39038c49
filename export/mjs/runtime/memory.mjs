import { workerData } from 'node:worker_threads';
import { WORDS } from './example/case.mjs';

/** A cell for the turns, one for each word, and enough of them for the life of a scheme's object. */
export const shared = workerData?.shared ?? new SharedArrayBuffer(4 * (1 + WORDS + 32));
/** The accesses made so far: the place in the schedule. -1 when a thread has failed. */
export const baton = new Int32Array(shared, 0, 1);
/** The shared memory of the ops. */
export const words = new Int32Array(shared, 4);

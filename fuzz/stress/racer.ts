import type { SharedCells } from '../../targets/subject/shared-cells.ts';
import { serveJobs } from '../workers/worker-pool.ts';
import { Barrier } from './barrier.ts';
import { type Race, type RaceTally, runRace } from './race.ts';

/** What a worker gets when it is started: shared memory, and whatever its file needs to have the subject. */
export interface RacerSetup<Subject = unknown> {
  /** Which of the threads it is, from 0, and how many there are. */
  readonly thread: number;
  readonly threads: number;
  /** How many of them can run at a time. */
  readonly cores: number;
  readonly barrier: SharedArrayBuffer;
  readonly notes: SharedArrayBuffer;
  /** For the cells of a counter written in TypeScript. */
  readonly cells: SharedArrayBuffer;
  readonly subject: Subject;
}

/**
 * The worker's side of a race. Called once, at the top level of the worker's file.
 *
 * @param open makes the thread's hold on the subject's cells: `atomicCells(subject, setup.cells)` for a counter written in
 *   TypeScript
 */
export function serveRaces<Subject>(open: (setup: RacerSetup<Subject>) => SharedCells): void {
  serveJobs((setup: RacerSetup<Subject>): ((race: Race) => RaceTally) => {
    const cells = open(setup);
    const barrier = new Barrier(setup.barrier, setup.cores);
    const notes = new Int32Array(setup.notes);
    return (race) => runRace(cells, barrier, notes, { ...race, cells: Math.min(race.cells, cells.capacity) });
  });
}

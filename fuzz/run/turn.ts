import { MOST_LATER } from '../../targets/subject/later.ts';
import { MAX_THREADS } from '../program/program.ts';

// An entry of a schedule is a *turn*: who makes the next access, and for a read under the kernel's memory model, which write it
// takes. Of a thread that reads what was written last, the turn is the thread's number, so schedules of sequentially
// consistent runs are lists of threads.
//
//     1         thread 1 makes its next access; if it reads, the latest write
//     1 + 8     thread 1 reads the write before that one, which has been overwritten, but not in its view
//     1 + 64    thread 1 passes the full barrier that stands before its next access, and makes that access later

/** The age of the turn in which a thread passes a barrier. Histories are not as long. */
const BARRIER = 8;

/** Threads of a program and what runs later, one after the other, are fewer. */
const STEP = 8;

if (MAX_THREADS + MOST_LATER > STEP) throw new Error('internal: turns have no room for so many threads');

/** The turn of a thread that reads the write `age` writes before the latest. @param age 0: the latest */
export function turnOf(thread: number, age: number): number {
  return age * STEP + thread;
}

/** Whose turn it is. RCU and what else runs later come behind the program's threads. */
export function threadOf(turn: number): number {
  return turn & (STEP - 1);
}

/** How many writes before the latest one a turn reads: 0 for every turn that does not read an older one. */
export function ageOf(turn: number): number {
  const age = turn >> 3;
  return age < BARRIER ? age : 0;
}

/** The turn of a thread that passes the full barrier before its next access, ahead of that. */
export function barrierTurn(thread: number): number {
  return turnOf(thread, BARRIER);
}

/** Whether a turn passes a barrier, and makes no access. */
export function isBarrierTurn(turn: number): boolean {
  return turn >> 3 === BARRIER;
}

/** A turn as people write it: `1`, `1~1` for a read of the write before the latest, `1 mb` for a barrier. */
export function turnText(turn: number): string {
  if (isBarrierTurn(turn)) return `${threadOf(turn)} mb`;
  return ageOf(turn) > 0 ? `${threadOf(turn)}~${ageOf(turn)}` : String(turn);
}

/** The other way. @returns undefined for what is no turn */
export function parseTurn(text: string): number | undefined {
  const match = /^([0-7])(?:~([1-7])| (mb))?$/.exec(text);
  if (!match) return undefined;
  const thread = Number(match[1]);
  return match[3] ? barrierTurn(thread) : turnOf(thread, Number(match[2] ?? 0));
}

/** Whether a schedule does what no interleaving does: then it takes the kernel's memory model. */
export function isWeak(schedule: readonly number[]): boolean {
  return schedule.some((turn) => turn >= STEP);
}

/** No turn is as large. */
export const TURNS = turnOf(0, BARRIER + 1);

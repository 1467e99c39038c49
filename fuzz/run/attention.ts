import type { Needs } from '../weak/needs.ts';

/** Somebody who knows what is left of the program under way. */
export interface Attention {
  /**
   * @param due threads that have yet to pass a barrier, a bit each
   * @param isLaterDue whether something is queued
   * @param old words with writes that were overwritten, a bit each
   */
  needs(due: number, isLaterDue: boolean, old: number): Needs | undefined;
  /** An op has gone on from one node to the next. @param way in which the access came out, see `deedsOfNode` */
  step(node: number, child: number, way: number): void;
  /** Whether an op may return with the access of a node. */
  mayReturn(node: number): boolean;
}

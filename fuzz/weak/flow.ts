import type { Ahead } from './ahead.ts';

/** Carriers by number, see order-cells.ts: those of words come first. */
export interface CarrierShape {
  /** By word with a history: its carrier. */
  readonly ofWords: readonly number[];
  /** What callers of call_rcu hand on, readers as they leave, the idle note, and what is handed to all who begin to read. */
  readonly called: number;
  readonly left: number;
  readonly noted: number;
  readonly handed: number;
  /** The view of full barriers: behind all others. */
  readonly global: number;
  /** What a thread has read and not acquired. */
  readonly read: number;
}

/** Threads and carriers from which something of one word may come to those who ask for it. */
export interface Flow {
  /** The word. */
  readonly word: number;
  /** Threads that ask themselves. */
  asking: number;
  threads: number;
  carriers: number;
}

/** What threads have left to do. */
export interface Among {
  readonly shape: CarrierShape;
  readonly ahead: readonly Ahead[];
  /** Threads that are in the middle of something, or may begin to run; a bit each. */
  readonly runs: number;
}

/**
 * The threads that may read an older write of a word. Where nobody else writes it, a thread reads it as it is.
 *
 * @param old words with writes that were overwritten, a bit each
 */
export function askingFor({ ahead, runs }: Among, word: number, old: number): number {
  let writers = 0;
  let live = 0;
  for (let at = 0; at < ahead.length; at++) {
    if (!isIn(runs, at)) continue;
    writers |= ((ahead[at]!.writes >> word) & 1) << at;
    live |= ((ahead[at]!.live >> word) & 1) << at;
  }
  if (isIn(old, word)) return live;
  let asking = 0;
  for (let at = 0; at < ahead.length; at++)
    if (isIn(live, at) && (writers & ~(1 << at)) !== 0) asking |= 1 << at;
  return asking;
}

/** Goes backwards from those who ask: who may hand on to them, by which carriers. */
export function spread({ shape, ahead, runs }: Among, way: Flow): Flow {
  const { called, left, noted, handed, global } = shape;
  const begun = (1 << called) | (1 << noted);
  for (let hasGrown = way.asking !== 0; hasGrown; ) {
    const { threads, carriers } = way;
    for (let at = 0; at < ahead.length; at++) if (isIn(runs, at)) spreadOver(shape, way, ahead[at]!, at);
    // Grace periods pass views on from one to the next.
    if ((way.carriers & ((1 << handed) | (1 << global))) !== 0) way.carriers |= begun;
    if ((way.carriers & begun) !== 0) way.carriers |= 1 << left;
    hasGrown = threads !== way.threads || carriers !== way.carriers;
  }
  return way;
}

/**
 * One step of that for one thread: whether it hands anything on to a carrier that is asked for, and of what it takes itself which is
 * asked for behind that. The word's own carrier is left out of its flow: the view of a write has no place of its own word, as who
 * reads the write knows of it without being told.
 */
function spreadOver({ ofWords }: CarrierShape, way: Flow, one: Ahead, at: number): void {
  const { word } = way;
  const own = ofWords[word]!;
  const out = one.releasesOf[word]! | one.relaxed;
  if (isIn(way.asking, at) || (out & way.carriers) !== 0) way.threads |= 1 << at;
  for (let carrier = 0, rest = one.takes & ~way.carriers; rest >>> carrier !== 0 && carrier < 32; carrier++) {
    if (!isIn(rest, carrier)) continue;
    let isAskedFor: boolean;
    // Who reads a word knows of its write; but what everybody had been told of it counts for what is written by that.
    if (carrier === own)
      isAskedFor = isIn(one.told, carrier) && (one.outAfter[carrier]![word]! & way.carriers) !== 0;
    else isAskedFor = isAsked(way, one, carrier, at);
    if (isAskedFor) way.carriers |= 1 << carrier;
  }
}

/** Whether what a thread takes there is still asked for behind it: by itself, or by somebody whom it hands that on to. */
export function isAsked(
  { carriers, word, asking }: Flow,
  { liveAfter, outAfter }: Ahead,
  taken: number,
  at: number,
): boolean {
  if (isIn(asking, at) && isIn(liveAfter[taken]!, word)) return true;
  return (outAfter[taken]![word]! & carriers) !== 0;
}

/** Whether a set has a member. */
export function isIn(set: number, member: number): boolean {
  return ((set >>> member) & 1) === 1;
}

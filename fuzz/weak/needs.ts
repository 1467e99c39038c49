import { type Ahead, May } from './ahead.ts';
import { type Among, askingFor, type CarrierShape, type Flow, isAsked, isIn, spread } from './flow.ts';
import { maskOf } from './view.ts';

/** What threads are at, for `needsOf`: by thread, those that run later last. */
export interface Situation {
  readonly ahead: readonly Ahead[];
  /** Threads that are in the middle of something, or will be: a bit each. */
  readonly active: number;
  /** Others that begin to run once they are queued. */
  readonly starting: number;
  /** Whether one of them is. */
  readonly isDue: boolean;
  /** Words with writes that were overwritten, a bit each. */
  readonly old: number;
}

/**
 * What of views can still be asked for. A place of a word in a view is asked for by who may still read an older write of that
 * word, and by who may hand it on to somebody of whom that is so; all else is forgotten, so that states which differ in
 * nothing else are one.
 *
 *     lookup, done · gc, before its cmpxchg · put       gc alone may read an older count: writes that it knows of go,
 *                                                       and nobody asks what the lookup knew
 *
 * Masks of a view have all bits of a word, as in view.ts; sets of threads have a bit each.
 */
export interface Needs {
  /** By thread: masks of its rows. */
  readonly known: readonly number[];
  readonly read: readonly number[];
  readonly fenced: readonly number[];
  readonly unlocked: readonly number[];
  readonly written: readonly number[];
  readonly depended: readonly number[];
  /** By carrier, the view of barriers last: its mask, and those who may take it. */
  readonly carriers: readonly number[];
  readonly takers: readonly number[];
  /** Carriers that grace periods pass on to others, a bit each: what they hold may be news to who takes none of them. */
  readonly passedOn: number;
  /** By carrier of a word: what of it everybody had been told; and what overwritten writes carry. */
  readonly told: readonly number[];
  readonly old: readonly number[];
  /** By word: the threads whose views say which writes are kept; `begins`: words of which those who begin to run may read older ones. */
  readonly readers: readonly number[];
  readonly begins: number;
  /** Threads for which it matters when they pass a barrier, beside that of others. */
  readonly splits: number;
  /** Whether it is asked what everybody had been told when something was written. */
  readonly mayTell: boolean;
}

/** All bits of a word in a view. */
const bitsOf = (word: number) => maskOf([word], 1)[0]!;

// Why that loses nothing. A step of the machine copies places of a word from one view to another, or takes the later of two; it
// never asks what a place is but where a thread reads an older write (`older`), and where a write is noted as its thread's own.
// So a place that has no way to somebody who reads the word so makes no difference to what any thread can do from here on, and
// neither does one that is replaced on its way by a later one: who writes a word knows its latest write, whatever it knew of the word
// before. What remains is to follow ways: from a thread to what it writes, from there to who takes that, and so on.
//
// What a thread has left is known without regard to values, and what it does is taken to be possible as long as something of the
// kind may come. So ways are followed that no run takes, and none is missed; and as a thread goes on it has less and less left, so
// that what has been forgotten is never asked for again.

/**
 * Made for every set of places at which threads of programs stand, of which there are many: so it goes through threads and
 * carriers by hand.
 *
 * @param shape of a scheme with at most seven words and 29 carriers
 */
export function needsOf(shape: CarrierShape, situation: Situation): Needs {
  const { ahead, active } = situation;
  let mayQueue = situation.isDue;
  for (let at = 0; at < ahead.length; at++)
    if (isIn(active, at) && (ahead[at]!.flags & May.QUEUE) !== 0) mayQueue = true;
  const starting = mayQueue ? situation.starting : 0;
  const among = { shape, ahead, runs: active | starting };
  const flows = shape.ofWords.map((_, word) => {
    const way: Flow = { word, asking: askingFor(among, word, situation.old), threads: 0, carriers: 0 };
    return spread(among, way);
  });
  return {
    ...viewsNeeded(among, active, flows),
    ...writesNeeded(among, active, starting),
  };
}

/**
 * What of views is asked for: of each word by its own flow. A row of a thread counts where the thread has a way to who asks, and
 * where what it still does goes by that row:
 *
 *     known       everything that it hands on with a release, and what it reads itself
 *     read        what it acquires later, or hands on with a release
 *     fenced      what it hands on without one
 *     unlocked    goes into `fenced` at the next lock
 *     written     goes into `fenced` at a fence that orders writes alone
 *     depended    goes with what the op under way still writes
 */
function viewsNeeded({ shape, ahead, runs }: Among, active: number, flows: readonly Flow[]) {
  const { global, ofWords } = shape;
  const rows = () => new Array<number>(ahead.length).fill(0);
  const [known, read, fenced, unlocked, written, depended] = [rows(), rows(), rows(), rows(), rows(), rows()];
  const all = () => new Array<number>(global + 1).fill(0);
  const [carriers, told, old, takers] = [all(), all(), all(), all()];
  let mayTell = 0;
  let useful = 0;
  for (let at = 0; at < ahead.length; at++) {
    if (!isIn(runs, at)) continue;
    for (let taken = 0, left = ahead[at]!.takes; taken <= global; taken++, left >>>= 1)
      if ((left & 1) === 1) takers[taken]! |= 1 << at;
  }
  for (const way of flows) {
    if (way.asking === 0) continue;
    const bits = bitsOf(way.word);
    for (let carrier = 0; carrier <= global; carrier++)
      if (isIn(way.carriers, carrier)) carriers[carrier]! |= bits;
    for (let at = 0; at < ahead.length; at++) {
      if (!isIn(runs & way.threads, at)) continue;
      const one = ahead[at]!;
      if (isIn(one.takes, global) && isAsked(way, one, global, at)) useful |= 1 << at;
      // What everybody had been told counts for who writes by it, and for who reads again what he has computed himself.
      if (((one.told | one.retakes) & way.carriers) !== 0) mayTell |= bits;
      for (let carrier = 0; carrier < global; carrier++)
        if (isIn(one.told & way.carriers, carrier)) told[carrier]! |= bits;
      ofWords.forEach((carrier, word) => {
        if (isIn(one.live, word) && isIn(way.carriers, carrier)) old[carrier]! |= bits;
      });
      if (!isIn(active, at)) continue;
      known[at]! |= bits;
      if (takesRead(shape, way, one, at)) read[at]! |= bits;
      if ((one.depends & way.carriers) !== 0) depended[at]! |= bits;
      if ((one.relaxed & way.carriers) === 0) continue;
      fenced[at]! |= bits;
      if ((one.flags & May.LOCK) !== 0) unlocked[at]! |= bits;
      if ((one.flags & May.ORDER_WRITES) !== 0) written[at]! |= bits;
    }
  }
  carriers[global]! |= mayTell;
  return {
    known,
    read,
    fenced,
    unlocked,
    written,
    depended,
    carriers,
    takers,
    passedOn: (1 << shape.called) | (1 << shape.left) | (1 << shape.noted),
    told,
    old,
    mayTell: mayTell !== 0,
    splits: carriers[global] === 0 ? 0 : splits(ahead, runs, mayTell !== 0 ? -1 : useful),
  };
}

/** Whether it matters what a thread has read and not acquired: it hands that on, or comes to know it. */
function takesRead({ read }: CarrierShape, way: Flow, one: Ahead, at: number): boolean {
  if ((one.releasesOf[way.word]! & way.carriers) !== 0) return true;
  return isIn(one.takes, read) && isAsked(way, one, read, at);
}

/**
 * Who keeps which writes. A write is kept while somebody may read it: who still reads its word before he writes that himself, and has
 * not seen a later one. What runs later and has not begun has seen nothing yet, but will begin with what it is told, and nobody
 * tells it less than he knows himself.
 */
function writesNeeded({ shape, ahead }: Among, active: number, starting: number) {
  let begins = 0;
  const readers = shape.ofWords.map((_, word) => {
    let own = 0;
    let queuing = 0;
    let isBegun = false;
    for (let at = 0; at < ahead.length; at++) {
      const reads = isIn(ahead[at]!.live, word);
      if (isIn(active, at)) {
        if (reads) own |= 1 << at;
        if ((ahead[at]!.flags & May.QUEUE) !== 0) queuing |= 1 << at;
      } else if (reads && isIn(starting, at)) isBegun = true;
    }
    if (!isBegun) return own;
    // Who begins to run knows what the one knows who has queued it, and no more.
    begins |= 1 << word;
    return own | queuing;
  });
  return { readers, begins };
}

/**
 * Barriers of two threads follow each other in some order, which matters where one of them comes to know by it what is asked
 * for; those of one alone do not.
 *
 * @param useful threads to which what full barriers go through may tell something
 */
function splits(ahead: readonly Ahead[], runs: number, useful: number): number {
  let passing = 0;
  let telling = 0;
  for (let at = 0; at < ahead.length; at++) {
    if (!isIn(runs, at)) continue;
    if ((ahead[at]!.flags & May.PASS_BARRIER) !== 0) passing |= 1 << at;
    if ((ahead[at]!.flags & (May.PASS_BARRIER | May.QUEUE)) !== 0) telling |= 1 << at;
  }
  let set = 0;
  for (let at = 0; at < ahead.length; at++) {
    const others = ~(1 << at);
    const matters = (isIn(useful, at) && (telling & others) !== 0) || (passing & useful & others) !== 0;
    if (isIn(passing, at) && matters) set |= 1 << at;
  }
  return set;
}
